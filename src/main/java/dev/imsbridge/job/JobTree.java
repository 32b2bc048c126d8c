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
 * Everything the bridge knows of a job and its sub-jobs: the value of the store.
 *
 * @param request the request that stands, {@code requestEvidence} where it was read, and {@code
 *     requestedAt} when it was accepted
 * @param elsewhere the other projects that requests for the unconfirmed job named, in their order
 * @param sequence the number of transitions published
 * @param nodes the jobs by id, the root job first, every parent before its sub-jobs
 * @param watches the open watches by key
 * @param rootEnd the root job's last transition while sub-jobs are still awaited, else null
 * @param endedAt when the completion was published; null while the tree is open
 * @param truncated whether sub-jobs were left out
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

  /** An open watch, and the class of fault its GETs meet at present; null when they work. */
  public record OpenWatch(Watch watch, String fault) {}

  /** What the completion needs of the root job's last transition. */
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

  /** Whether the tree ended so long ago that it may be forgotten. */
  public boolean outlived(Instant now, Duration retention) {
    return ended() && !now.isBefore(endedAt.plus(retention));
  }

  /** What has to be said when the tree is forgotten: the end of each job's status. */
  public List<Output> forgotten() {
    return nodes.keySet().stream().<Output>map(Output.StatusCleared::new).toList();
  }
}
