package dev.imsbridge.job;

import dev.imsbridge.job.JobTree.RootEnd;
import dev.imsbridge.job.Output.Completion;
import dev.imsbridge.job.Output.SubJob;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Builds the completion of a job tree when its last job has ended. */
final class Ending {
  private Ending() {}

  /**
   * Returns the completion of a root job.
   *
   * @param input the input that completes the tree
   * @param sequence the sequence of the tree's last transition
   * @param nodes the jobs of the tree, the root job first
   */
  static Completion completion(
      RootEnd rootEnd,
      Input input,
      long sequence,
      Collection<JobNode> nodes,
      Evidence requestEvidence,
      JobRequest request) {
    JobState end = rootEnd.state();
    JobNode root = nodes.iterator().next();
    return new Completion(
        end.completed(
            sequence, completedAt(end, input, nodes), imageIds(end, nodes), input.evidence()),
        end.observedAt(),
        rootEnd.previousStatus(),
        JobOutcome.of(end.status()),
        root.givenUp(),
        durationMs(end),
        rootEnd.results(),
        nodes.stream().filter(node -> node.parentJobId() != null).map(Ending::line).toList(),
        requestEvidence,
        request.correlation());
  }

  // The clocks of two pollers may differ. The completion must not be earlier than any transition.
  private static Instant completedAt(JobState end, Input input, Collection<JobNode> nodes) {
    return Stream.concat(
            Stream.of(end.observedAt(), input.at()),
            nodes.stream().flatMap(node -> node.stages().stream()).map(JobNode.Stage::at))
        .max(Instant::compareTo)
        .orElseThrow();
  }

  private static Long durationMs(JobState end) {
    if (end.beginTime() == null
        || end.endTime() == null
        || end.endTime().isBefore(end.beginTime())) {
      return null;
    }
    return Duration.between(end.beginTime(), end.endTime()).toMillis();
  }

  private static List<String> imageIds(JobState end, Collection<JobNode> nodes) {
    Set<String> all = new LinkedHashSet<>(end.imageIds());
    nodes.forEach(node -> all.addAll(node.imageIds()));
    return List.copyOf(all);
  }

  private static SubJob line(JobNode node) {
    return new SubJob(
        node.jobId(),
        node.parentJobId(),
        node.jobType(),
        node.lost() ? JobStatus.LOST : node.status(),
        node.imageIds(),
        node.errorCode(),
        node.failReason());
  }
}
