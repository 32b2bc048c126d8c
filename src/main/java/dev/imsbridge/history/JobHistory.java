package dev.imsbridge.history;

import dev.imsbridge.history.TreeHistory.EarlierWatch;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.TopicNames;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Finds the events of a job tree on the topics and returns them in order.
 *
 * <p>With a {@link SearchHint}, only the locations of the events are read, independent of the size
 * of the topics. Without a hint, or if it is wrong, the partition of the job is read from its
 * beginning. For the id of a sub-job, all partitions are read until one contains it.
 *
 * <p>The answer covers one {@link LatestWatch} of the job: the last one up to the requested time.
 * This is the same with and without a hint. With a hint, it can remain unknown whether there was an
 * earlier watch.
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

  /**
   * Finds the history of a job.
   *
   * @param progress called periodically, with separate counts for each topic; an exception from it
   *     ends the search
   * @return empty if no event of the job was published up to the requested time
   */
  public Optional<TreeHistory> find(HistoryQuery query, Consumer<TopicReader.Progress> progress) {
    try (TreeSearch search = TreeSearch.open(consumers.get(), topics, progress)) {
      TreeSearch.Root root = search.root(query.jobId(), query.hint()).orElse(null);
      if (root == null && !query.audit()) {
        return Optional.empty();
      }
      String rootJobId = root == null ? query.jobId() : root.jobId();
      List<HistoryEvent> transitions =
          root == null ? List.of() : search.transitions(root, query.hint());
      List<HistoryEvent> audit = query.audit() ? search.audit(rootJobId, query.hint()) : List.of();
      LatestWatch watch = LatestWatch.last(query.upTo(transitions), query.upTo(audit));
      List<HistoryEvent> events =
          TreeHistory.inOrder(
              watch.transitions(),
              query.upTo(search.completions(rootJobId, watch.transitions())),
              watch.audit());
      if (events.isEmpty()) {
        return Optional.empty();
      }
      List<EvidenceRecord> evidence =
          query.evidence()
              ? new EvidenceReader(consumers, topics).read(rootJobId, evidence(events), progress)
              : null;
      return Optional.of(
          new TreeHistory(
              query.jobId(),
              rootJobId,
              query.asOf(),
              events,
              evidence,
              watch.another()
                  ? EarlierWatch.FOUND
                  : search.hinted() ? EarlierWatch.UNKNOWN : EarlierWatch.NONE,
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

  private static List<Evidence> evidence(List<HistoryEvent> events) {
    return events.stream().flatMap(event -> event.evidence().stream()).distinct().toList();
  }
}
