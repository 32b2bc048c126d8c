package dev.imsbridge.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.campaign.AnswerStatuses.Stated;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * What must be published, computed from {@code observations} by the simplest rule: each status that
 * is higher than all before it. Takes no code from the bridge.
 */
final class ObservedStatuses {
  private final Map<String, Tree> trees = new HashMap<>();
  private final Map<String, Set<String>> seen = new HashMap<>();

  /** One accepted job. */
  static final class Tree {
    /** The rising statuses of each job. */
    final Map<String, List<String>> statuses = new HashMap<>();

    /** Whether an input may have ended the tree early. */
    boolean givenUp;

    private final Set<String> known = new HashSet<>();

    private void raise(Stated stated) {
      List<String> rising = statuses.computeIfAbsent(stated.job(), job -> new ArrayList<>());
      if (rising.isEmpty()
          || AnswerStatuses.rank(stated.status())
              > AnswerStatuses.rank(rising.get(rising.size() - 1))) {
        rising.add(stated.status());
      }
    }
  }

  /** Adds a record; those of a partition in their order. */
  void add(ConsumerRecord<byte[], byte[]> record) {
    String kind = header(record, "kind");
    if (kind == null || record.key() == null) {
      return;
    }
    String root = new String(record.key(), UTF_8);
    switch (kind) {
      case "request" ->
          trees.computeIfAbsent(
              root,
              id -> {
                Tree tree = new Tree();
                tree.known.add(id);
                return tree;
              });
      case "cancel", "not-found", "expired" ->
          Optional.ofNullable(trees.get(root)).ifPresent(tree -> tree.givenUp = true);
      case "answer" -> answer(trees.get(root), header(record, "job-id"), record.value());
      default -> {}
    }
  }

  private void answer(Tree tree, String job, byte[] body) {
    Optional<AnswerStatuses> answer = AnswerStatuses.of(body, job);
    answer
        .map(AnswerStatuses::stated)
        .orElse(List.of())
        .forEach(
            each -> seen.computeIfAbsent(each.job(), id -> new HashSet<>()).add(each.status()));
    if (tree != null && answer.isPresent() && tree.known.contains(job)) {
      tree.known.addAll(answer.get().named());
      answer.get().stated().forEach(tree::raise);
    }
  }

  /** The accepted jobs, by id. */
  Map<String, Tree> trees() {
    return trees;
  }

  /** Whether an observation says that the job had this status. */
  boolean seen(String job, String status) {
    return seen.getOrDefault(job, Set.of()).contains(status);
  }

  static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }
}
