package dev.imsbridge.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** Decides which jobs of a tree are watched, and until when. Pure functions. */
final class WatchPlan {
  private WatchPlan() {}

  /**
   * The jobs that need their own GET: not ended, not given up, and not described by the answers
   * about another such job.
   */
  static Set<String> wanted(Collection<JobNode> nodes) {
    Set<String> wanted = new LinkedHashSet<>();
    for (JobNode node : nodes) {
      boolean described = wanted.contains(node.polling().describedBy());
      if (!node.ended() && node.polling().givenUp() == null && !described) {
        wanted.add(node.jobId());
      }
    }
    return wanted;
  }

  /**
   * The watch of a job.
   *
   * @param open the open watch of the job; null if there is none
   * @param settleDeadline how long sub-jobs are watched after their root job ended
   */
  static Watch watch(JobTree tree, JobNode node, Watch open, Instant now, Duration settleDeadline) {
    return new Watch(
        node.jobId(),
        tree.rootJobId(),
        tree.request().project(),
        // Pollers treat a job whose type is in the watch as one that IMS has described before.
        open == null || open.jobType() == null ? node.jobType() : open.jobType(),
        node.polling().generation(),
        open == null ? now : open.openedAt(),
        deadline(tree, open, now.plus(settleDeadline)));
  }

  private static Instant deadline(JobTree tree, Watch open, Instant settled) {
    Instant ofTree = tree.acceptance().deadlineAt();
    if (tree.rootEnd() == null) {
      return ofTree;
    }
    if (open != null && open.deadlineAt().isBefore(ofTree)) {
      return open.deadlineAt();
    }
    return settled.isBefore(ofTree) ? settled : ofTree;
  }
}
