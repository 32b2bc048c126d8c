package dev.imsbridge.job;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The jobs of a tree while one input is applied to it. */
final class JobNodes {
  private final Map<String, JobNode> byId;

  JobNodes(Map<String, JobNode> known) {
    byId = new LinkedHashMap<>(known);
  }

  Map<String, JobNode> byId() {
    return byId;
  }

  Collection<JobNode> all() {
    return byId.values();
  }

  List<JobNode> unfinished() {
    return byId.values().stream().filter(node -> !node.ended()).toList();
  }

  /** The job with that id; null if it is unknown. */
  JobNode get(String jobId) {
    return byId.get(jobId);
  }

  void put(JobNode node) {
    byId.put(node.jobId(), node);
  }

  /** Adds a job of which only the id is known, unless the job itself is known. */
  void add(String jobId, String parentJobId) {
    byId.putIfAbsent(jobId, JobNode.named(jobId, parentJobId));
  }

  /**
   * Returns the id of the known job that equals {@code jobId} if case is ignored; {@code jobId}
   * itself if there is none.
   */
  String knownId(String jobId) {
    if (jobId == null || byId.containsKey(jobId)) {
      return jobId;
    }
    return byId.keySet().stream().filter(jobId::equalsIgnoreCase).findFirst().orElse(jobId);
  }

  int subJobs() {
    return byId.size() - 1;
  }

  /** The number of ancestors of a job. */
  int depth(String jobId) {
    String parent = byId.get(jobId).parentJobId();
    return parent == null ? 0 : 1 + depth(parent);
  }

  /** Resets all jobs for a new request. */
  void requestAgain() {
    byId.replaceAll((id, node) -> node.withNewRequest());
  }

  /**
   * Marks the sub-jobs that the latest answer about {@code watchedJobId} described, because these
   * jobs do not need their own GET.
   */
  void describe(String watchedJobId, Set<String> described) {
    byId.replaceAll(
        (id, node) -> {
          if (described.contains(id) && isAncestor(watchedJobId, node)) {
            return node.withDescription(watchedJobId);
          }
          return watchedJobId.equals(node.polling().describedBy())
              ? node.withDescription(null)
              : node;
        });
  }

  // If two sub-jobs list each other, only the descendant counts as described. Otherwise neither of
  // them would be polled.
  private boolean isAncestor(String jobId, JobNode node) {
    String parent = node.parentJobId();
    return parent != null && (parent.equals(jobId) || isAncestor(jobId, byId.get(parent)));
  }
}
