package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.JobId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Finds root jobs by reading transitions. Also finds jobs that were removed from the state, because
 * the topic retains transitions without limit by default. A job is found at its first selected
 * transition; from there on, all transitions of its tree are read. Owned by one thread.
 */
final class PastSearch {
  /** When twice as many jobs are found, the search drops the older half. */
  private static final int MIN_KEPT = 1_000;

  private static final Comparator<PastJob> LATEST_FIRST =
      Comparator.comparing(PastJob::changedAt).reversed().thenComparing(PastJob::jobId);

  private final PastQuery query;
  private final Map<String, PastJob> found = new HashMap<>();
  private final Map<Integer, Long> lastTimes = new HashMap<>();
  private long leftOut;

  PastSearch(PastQuery query) {
    this.query = query;
  }

  /**
   * Reads the transitions of the selected time.
   *
   * @param progress called after each batch; returns false to end the search
   */
  PastJobs find(TopicReader transitions, int most, Predicate<PastJobs.Progress> progress) {
    if (query.since() != null) {
      transitions.from(query.since(), transitions.partitions());
    }
    if (query.until() != null) {
      transitions.until(query.until().plus(TreeSearch.DISORDER));
    }
    boolean continues = true;
    while (continues && !transitions.done()) {
      for (ConsumerRecord<byte[], byte[]> record : transitions.next()) {
        read(record);
      }
      int soFar = (int) found.values().stream().filter(this::wanted).count();
      continues = progress.test(new PastJobs.Progress(transitions.progress(), soFar));
    }
    found.values().removeIf(job -> !wanted(job));
    keep(most);
    return new PastJobs(sorted(), leftOut, transitions.done() ? null : reached(transitions));
  }

  private boolean wanted(PastJob job) {
    return query.outcome() == null || query.outcome() == job.outcome();
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    lastTimes.put(record.partition(), Math.max(0, record.timestamp()));
    if (query.inTime(record) && (known(record) || query.maySelect(record))) {
      PublishedEvent.read(record).ifPresent(this::add);
    }
  }

  private boolean known(ConsumerRecord<byte[], byte[]> record) {
    return !found.isEmpty()
        && record.key() != null
        && found.containsKey(new String(record.key(), UTF_8));
  }

  private void add(PublishedEvent event) {
    String root = event.rootJobId();
    if (!JobId.valid(root) || (!found.containsKey(root) && !query.selects(event))) {
      return;
    }
    PastJob job = found.computeIfAbsent(root, PastJob::new);
    job.add(event);
    if (job.outcome() != null && !wanted(job)) {
      found.remove(root);
    } else if (found.size() >= 2 * MIN_KEPT) {
      keep(MIN_KEPT);
    }
  }

  private void keep(int most) {
    List<PastJob> jobs = sorted();
    jobs.stream().skip(most).forEach(job -> found.remove(job.jobId()));
    leftOut += Math.max(0, jobs.size() - most);
  }

  private List<PastJob> sorted() {
    List<PastJob> jobs = new ArrayList<>(found.values());
    jobs.sort(LATEST_FIRST);
    return jobs;
  }

  private Instant reached(TopicReader transitions) {
    long begin = query.since() == null ? 0 : query.since().toEpochMilli();
    return Instant.ofEpochMilli(
        transitions.positions().keySet().stream()
            .mapToLong(partition -> lastTimes.getOrDefault(partition.partition(), begin))
            .min()
            .orElse(begin));
  }
}
