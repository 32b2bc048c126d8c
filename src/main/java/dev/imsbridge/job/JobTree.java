package dev.imsbridge.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything the bridge knows about a job and its sub-jobs: the value in the state store.
 *
 * @param request the accepted request; {@code requestEvidence} is its position in Kafka and {@code
 *     requestedAt} the time at which it was accepted
 * @param elsewhere other candidate projects, named by requests while IMS had not confirmed the job,
 *     in order of the requests
 * @param sequence the number of published transitions
 * @param nodes the jobs by id, the root job first, every parent before its sub-jobs
 * @param watches the open watches by key
 * @param rootEnd the last transition of the root job while the tree waits for sub-jobs, else null
 * @param endedAt the time of the completion; null while the tree is open
 * @param truncated whether sub-jobs were omitted
 */
public record JobTree(
    JobRequest request,
    Evidence requestEvidence,
    Instant requestedAt,
    Set<ProjectRef> elsewhere,
    Instant deadlineAt,
    long sequence,
    Map<String, JobNode> nodes,
    Map<String, OpenWatch> watches,
    RootEnd rootEnd,
    Instant endedAt,
    boolean truncated) {

  public JobTree {
    elsewhere = Collections.unmodifiableSet(new LinkedHashSet<>(elsewhere));
    nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    watches = Collections.unmodifiableMap(new LinkedHashMap<>(watches));
  }

  /**
   * An open watch.
   *
   * @param fault the class of the fault with which its GETs fail; null if they succeed
   */
  public record OpenWatch(Watch watch, String fault) {}

  /** The data of the root job's last transition that the completion needs. */
  public record RootEnd(JobState state, JobStatus previousStatus, String results) {}

  public String rootJobId() {
    return request.jobId();
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
}
