package dev.imsbridge.history;

import dev.imsbridge.history.TreeHistory.EarlierLife;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.TopicNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Answers what happened to a job: finds the events of its tree on the topics and puts them in
 * order.
 *
 * <p>With a {@link Hint} only the places where they stand are read, whatever the size of the
 * topics. Without one, or when a hint proves wrong, the one partition of the job is read from its
 * beginning; for a sub-job's id all partitions are, until one holds it.
 *
 * <p>The answer is about one {@link Life} of the job, the last one until the time asked for, with a
 * hint as without. What differs is whether it can say that there is an earlier one: a hint knows
 * nothing of it.
 *
 * <p>Thread-safe: each question has a consumer of its own, and waits for it. Kafka's exceptions
 * come through.
 */
public final class JobHistory {
  private final Supplier<? extends org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>>
      consumers;
  private final TopicNames topics;

  /**
   * @param consumers makes one with {@link TopicReader#CONSUMER}
   */
  public JobHistory(
      Supplier<? extends org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers,
      TopicNames topics) {
    this.consumers = consumers;
    this.topics = topics;
  }

  public Optional<TreeHistory> find(HistoryQuestion question) {
    return find(question, progress -> {});
  }

  /**
   * @param progress told now and then how far reading has come, for each topic anew; what it throws
   *     ends the search
   * @return empty when nothing was published of that job, or nothing until the time asked for
   */
  public Optional<TreeHistory> find(
      HistoryQuestion question, Consumer<TopicReader.Progress> progress) {
    try (TreeSearch search = TreeSearch.open(consumers.get(), topics, progress)) {
      TreeSearch.Root root = search.root(question.jobId(), question.hint()).orElse(null);
      if (root == null && !question.audit()) {
        return Optional.empty();
      }
      String rootJobId = root == null ? question.jobId() : root.jobId();
      List<HistoryEvent> transitions =
          root == null ? List.of() : search.transitions(root, question.hint());
      List<HistoryEvent> audit =
          question.audit() ? search.audit(rootJobId, question.hint()) : List.of();
      Life life = Life.last(until(question.asOf(), transitions), until(question.asOf(), audit));
      List<HistoryEvent> events =
          Chronicle.merge(
              life.transitions(),
              until(question.asOf(), search.completions(rootJobId, life.transitions())),
              life.audit());
      if (events.isEmpty()) {
        return Optional.empty();
      }
      List<ObservedBody> evidence =
          question.evidence()
              ? new EvidenceReader(consumers, topics).read(rootJobId, restsOn(events), progress)
              : null;
      return Optional.of(
          new TreeHistory(
              question.jobId(),
              rootJobId,
              question.asOf(),
              events,
              evidence,
              life.another()
                  ? EarlierLife.FOUND
                  : search.hinted() ? EarlierLife.NOT_SOUGHT : EarlierLife.NONE,
              search.truncated(),
              search.recordsRead()));
    }
  }

  /**
   * Finds the root of the tree that a job belongs to, by reading.
   *
   * @return empty when nothing was published of that job
   */
  public Optional<String> root(String jobId, Consumer<TopicReader.Progress> progress) {
    try (TreeSearch search = TreeSearch.open(consumers.get(), topics, progress)) {
      return search.root(jobId, null).map(TreeSearch.Root::jobId);
    }
  }

  private static List<HistoryEvent> until(Instant time, List<HistoryEvent> events) {
    return time == null
        ? events
        : events.stream().filter(event -> !event.at().isAfter(time)).toList();
  }

  private static List<Evidence> restsOn(List<HistoryEvent> events) {
    List<Evidence> all = new ArrayList<>();
    for (HistoryEvent event : events) {
      event.evidence().filter(each -> !all.contains(each)).ifPresent(all::add);
    }
    return all;
  }
}
