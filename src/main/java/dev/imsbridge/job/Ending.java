package dev.imsbridge.job;

import dev.imsbridge.job.Output.Completion;
import dev.imsbridge.job.Output.SubJob;
import java.time.Instant;
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
   * @param tree a tree with the last transition of its root job
   * @param input the input that completes the tree
   */
  static Completion completion(JobTree tree, Input input) {
    JobState end = tree.rootEnd().state();
    return new Completion(
        end.completed(
            tree.sequence(), completedAt(end, input, tree), imageIds(end, tree), input.evidence()),
        end.observedAt(),
        tree.rootEnd().previousStatus(),
        tree.root().polling().givenUp(),
        tree.rootEnd().results(),
        tree.nodes().values().stream().filter(JobNode::hasParent).map(Ending::subJob).toList(),
        tree.acceptance().requestEvidence(),
        tree.request().correlation());
  }

  // The clocks of two pollers may differ. The completion must not be earlier than any transition.
  private static Instant completedAt(JobState end, Input input, JobTree tree) {
    return Stream.concat(
            Stream.of(end.observedAt(), input.at()),
            tree.nodes().values().stream()
                .flatMap(node -> node.stages().stream())
                .map(JobNode.Stage::at))
        .max(Instant::compareTo)
        .orElseThrow();
  }

  private static List<String> imageIds(JobState end, JobTree tree) {
    Set<String> all = new LinkedHashSet<>(end.details().imageIds());
    tree.nodes().values().forEach(node -> all.addAll(node.details().imageIds()));
    return List.copyOf(all);
  }

  private static SubJob subJob(JobNode node) {
    return new SubJob(
        node.jobId(),
        node.parentJobId(),
        node.jobType(),
        node.lost() ? JobStatus.LOST : node.status(),
        node.details());
  }
}
