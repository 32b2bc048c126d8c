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
 * Finds the events of a job tree on the topics and returns them in order.
 *
 * <p>With a {@link Hint}, only the locations of the events are read, independent of the size of the
 * topics. Without a hint, or if it is wrong, the partition of the job is read from its beginning.
 * For the id of a sub-job, all partitions are read until one contains it.
 *
 * <p>The answer covers one {@link LatestWatch} of the job: the last one up to the requested time.
 * This is the same with and without a hint. With a hint, it can remain unknown whether there was an
 * earlier life.
 *
 * <p>Thread-safe: each call uses a separate consumer and blocks. Kafka's exceptions are passed on.
 */
public final class JobHistory {
  private final Supplier<? extends org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>>
      consumers;
  private final TopicNames topics;

  /**
   * @param consumers creates consumers with {@link TopicReader#CONSUMER}
   * @param topics the names of the bridge's topics
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
   * Finds the history of a job.
   *
   * @param progress called periodically, with separate counts for each topic; an exception from it
   *     ends the search
   * @return empty if no event of the job was published up to the requested time
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
      LatestWatch life =
          LatestWatch.last(until(question.asOf(), transitions), until(question.asOf(), audit));
      List<HistoryEvent> events =
          TreeHistory.inOrder(
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
   * Finds the root of a job's tree by reading the transitions.
   *
   * @return empty if no event of the job was published
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
