package dev.imsbridge.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Everything the bridge knows about a job and its sub-jobs: the value in the state store.
 *
 * @param sequence the number of published transitions
 * @param nodes the jobs by id, the root job first, every parent before its sub-jobs; not copied, so
 *     the caller must not change it afterwards
 * @param watches the open watches by key; not copied either
 * @param rootEnd the last transition of the root job while the tree waits for sub-jobs, else null
 * @param endedAt the time of the completion; null while the tree is open
 * @param truncated whether sub-jobs were omitted
 */
public record JobTree(
    Acceptance acceptance,
    long sequence,
    Map<String, JobNode> nodes,
    Map<String, OpenWatch> watches,
    RootEnd rootEnd,
    Instant endedAt,
    boolean truncated) {

  public JobTree {
    nodes = Collections.unmodifiableMap(nodes);
    watches = Collections.unmodifiableMap(watches);
  }

  /**
   * An open watch.
   *
   * @param fault the class of the fault with which its GETs fail; null if they succeed
   */
  public record OpenWatch(Watch watch, String fault) {}

  /** The data of the root job's last transition that the completion needs. */
  public record RootEnd(JobState state, JobStatus previousStatus, String results) {}

  public JobRequest request() {
    return acceptance.request();
  }

  public String rootJobId() {
    return request().jobId();
  }

  public JobNode root() {
    return nodes.get(rootJobId());
  }

  /** Whether the completion was published. */
  public boolean ended() {
    return endedAt != null;
  }

  /** Whether the tree ended at least {@code retention} ago, so that it may be removed. */
  public boolean outlived(Instant now, Duration retention) {
    return ended() && !now.isBefore(endedAt.plus(retention));
  }

  /** The outputs to publish when the tree is removed: each job's status is cleared. */
  public List<Output> forgotten() {
    return nodes.keySet().stream().<Output>map(Output.StatusCleared::new).toList();
  }

  // ---- changed copies

  static JobTree accepted(Acceptance acceptance) {
    return new JobTree(acceptance, 0, Map.of(), Map.of(), null, null, false);
  }

  /** The tree for a new request, after the job was lost. */
  JobTree acceptedAgain(Acceptance again) {
    return new JobTree(again, sequence, nodes, watches, null, null, truncated);
  }

  JobTree with(Acceptance changed) {
    return new JobTree(changed, sequence, nodes, watches, rootEnd, endedAt, truncated);
  }

  JobTree with(Map<String, JobNode> newNodes, Map<String, OpenWatch> newWatches) {
    return new JobTree(acceptance, sequence, newNodes, newWatches, rootEnd, endedAt, truncated);
  }

  JobTree withNextSequence() {
    return new JobTree(acceptance, sequence + 1, nodes, watches, rootEnd, endedAt, truncated);
  }

  JobTree withRootEnd(RootEnd end) {
    return new JobTree(acceptance, sequence, nodes, watches, end, endedAt, truncated);
  }

  JobTree withEnd(Instant at) {
    return new JobTree(acceptance, sequence, nodes, watches, null, at, truncated);
  }

  JobTree withTruncation() {
    return new JobTree(acceptance, sequence, nodes, watches, rootEnd, endedAt, true);
  }
}
