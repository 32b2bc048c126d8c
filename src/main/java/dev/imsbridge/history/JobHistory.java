package dev.imsbridge.history;

import dev.imsbridge.history.TreeHistory.EarlierWatch;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.TopicNames;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Finds the events of a job tree on the topics and returns them in order. Also {@linkplain #search
 * searches} for jobs.
 *
 * <p>With a {@link SearchHint}, only the locations of the events are read, independent of the size
 * of the topics. Without a hint, or if it is incomplete or wrong, the partition of the job is read
 * from its beginning. Without a hint, the id of a sub-job is searched for in all partitions.
 *
 * <p>The answer covers one {@link LatestWatch} of the job: the last one up to the requested time.
 * This is the same with and without a hint. With a hint, it can remain unknown whether there was an
 * earlier watch.
 *
 * <p>Thread-safe: each call uses a separate consumer and blocks. Throws the exceptions of the Kafka
 * consumer.
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
    try (TreeSearch search = new TreeSearch(consumers.get(), topics, progress)) {
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
      AcceptedRequest request = request(search, rootJobId, query, watch);
      List<EvidenceRecord> evidence =
          query.evidence()
              ? new EvidenceReader(consumers, topics)
                  .read(rootJobId, evidence(request, events), progress)
              : null;
      return Optional.of(
          new TreeHistory(
              query.jobId(),
              rootJobId,
              query.asOf(),
              request,
              events,
              evidence,
              watch.hasEarlier()
                  ? EarlierWatch.FOUND
                  : search.hinted() ? EarlierWatch.UNKNOWN : EarlierWatch.NONE,
              search.truncated(),
              search.recordsRead()));
    }
  }

  /**
   * Reads the completion of a tree in the store.
   *
   * @param endedAt the time of the completion, from the tree
   * @return empty if the completion is not committed yet, or no longer retained
   */
  public Optional<PublishedEvent> completion(
      String rootJobId, Instant endedAt, Consumer<TopicReader.Progress> progress) {
    try (TreeSearch search = new TreeSearch(consumers.get(), topics, progress)) {
      return search.completion(rootJobId, endedAt).map(HistoryEvent::event);
    }
  }

  /**
   * Searches the transitions for jobs.
   *
   * @param most the maximum number of jobs to return
   * @param progress called after each batch; returns false to end the search with the jobs found so
   *     far
   */
  public PastJobs search(PastQuery query, int most, Predicate<PastJobs.Progress> progress) {
    try (TopicReader transitions = TopicReader.ofTopics(consumers.get(), topics.transitions())) {
      return new PastSearch(query).find(transitions, most, progress);
    }
  }

  /**
   * Finds the root of a job's tree by reading the transitions.
   *
   * @return empty if no event of the job was published
   */
  public Optional<String> root(String jobId, Consumer<TopicReader.Progress> progress) {
    try (TreeSearch search = new TreeSearch(consumers.get(), topics, progress)) {
      return search.root(jobId, null).map(TreeSearch.Root::jobId);
    }
  }

  /**
   * Finds the last accepted request of a watch. The audit entries or the hint give its time.
   * Without them, searches the {@link TreeSearch#REQUEST_WINDOW} before the first transition.
   *
   * @return null if it is not found at that time
   */
  private static AcceptedRequest request(
      TreeSearch search, String rootJobId, HistoryQuery query, LatestWatch watch) {
    HistoryEvent entry = watch.accepted();
    Instant hinted = query.hint() == null ? null : query.hint().requestedAt();
    Instant at =
        entry != null
            ? entry.at()
            : hinted == null || (query.asOf() != null && hinted.isAfter(query.asOf()))
                ? null
                : hinted;
    if (at != null) {
      return search
          .request(rootJobId, at, at, request -> request.acceptedAt().equals(at))
          .orElse(null);
    }
    HistoryEvent first = watch.transitions().isEmpty() ? null : watch.transitions().get(0);
    Evidence evidence = first == null ? null : first.evidence().orElse(null);
    return evidence == null
        ? null
        : search
            .request(
                rootJobId,
                first.at().minus(TreeSearch.REQUEST_WINDOW),
                first.at(),
                request -> request.input() != null && request.input().before(evidence))
            .orElse(null);
  }

  private static List<Evidence> evidence(AcceptedRequest request, List<HistoryEvent> events) {
    return Stream.concat(
            Stream.ofNullable(request).map(AcceptedRequest::position),
            events.stream().flatMap(event -> event.evidence().stream()))
        .distinct()
        .toList();
  }
}
