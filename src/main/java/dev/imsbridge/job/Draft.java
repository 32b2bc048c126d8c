package dev.imsbridge.job;

import dev.imsbridge.job.JobTree.RootEnd;
import dev.imsbridge.job.Output.Completion;
import dev.imsbridge.job.Output.Status;
import dev.imsbridge.job.Output.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * A job tree while one input is applied to it. {@link Fold} decides; this class carries out the
 * decisions and publishes the changes. Used for one input, on one thread.
 */
final class Draft {
  private final Input input;
  private final JobNodes nodes;
  private final OpenWatches watches;
  private final Outputs outputs;

  /** The tree, except for its jobs and watches; null until a request is accepted. */
  private JobTree tree;

  /**
   * @param known the stored tree; null if the job is unknown
   */
  Draft(JobTree known, Input input, JobNodes nodes, OpenWatches watches, Outputs outputs) {
    this.tree = known;
    this.input = input;
    this.nodes = nodes;
    this.watches = watches;
    this.outputs = outputs;
  }

  /** The current tree; null if no request was accepted yet. */
  JobTree tree() {
    return exists() ? tree.with(nodes.byId(), watches.byKey()) : null;
  }

  boolean exists() {
    return tree != null;
  }

  /** Whether the completion was published. */
  boolean ended() {
    return exists() && tree.ended();
  }

  /** Whether the root job was lost and not requested again since. */
  boolean lost() {
    return exists() && root().lost();
  }

  String rootJobId() {
    return tree.rootJobId();
  }

  JobNode root() {
    return nodes.get(rootJobId());
  }

  // ---- requests

  /** Whether the request at position {@code source} is the one the tree was accepted for. */
  boolean accepted(Evidence source) {
    return exists() && source.equals(tree.acceptance().requestEvidence());
  }

  /** Accepts a request for a new job, or for a job that was lost. */
  void accept(JobRequest request, Instant deadlineAt) {
    Acceptance acceptance =
        new Acceptance(request, input.evidence(), input.at(), Set.of(), deadlineAt);
    tree = exists() ? tree.acceptedAgain(acceptance) : JobTree.accepted(acceptance);
    nodes.requestAgain();
    nodes.add(rootJobId(), null);
  }

  /**
   * Records another candidate project for the job.
   *
   * @return whether the job may be looked up in {@code project}; false if the tree has ended, if
   *     IMS has confirmed the job, if the project is the current one, or if there are too many
   *     other candidates
   */
  boolean addCandidate(ProjectRef project) {
    if (ended() || root().status() != null || project.equals(tree.request().project())) {
      return false;
    }
    tree = tree.with(tree.acceptance().alsoIn(project));
    return tree.acceptance().elsewhere().contains(project);
  }

  /**
   * Moves the request to the next candidate project and drops the watch of the root job, so that
   * {@link #settle} opens one there.
   *
   * @return false if there is no candidate left, or if IMS has confirmed the job
   */
  boolean tryNextProject() {
    if (tree.acceptance().elsewhere().isEmpty() || root().status() != null) {
      return false;
    }
    tree = tree.with(tree.acceptance().inNextProject());
    watches.renew(rootJobId());
    return true;
  }

  // ---- answers

  /** Publishes a status that is higher than the known one. */
  void raise(JobNode node, JobAnswer answer, JobStatus status) {
    publish(node.withAnswer(answer, status, input.evidence()), status, answer);
  }

  /**
   * Applies an answer that repeats the known status. Publishes the job's state again only if the
   * digest of the answer changed. Does nothing if the tree has ended.
   */
  void refresh(JobNode node, JobAnswer answer) {
    if (ended()) {
      return;
    }
    if (answer.digest().equals(node.answers().digest())) {
      nodes.put(node.withAnswer(answer, node.status(), node.answers().evidence()));
    } else {
      JobNode changed = node.withAnswer(answer, node.status(), input.evidence());
      nodes.put(changed);
      outputs.add(new Status(state(changed, changed.status(), answer)));
      outputs.auditOmissions(changed, answer);
    }
  }

  /** Records a status that the API does not define, and audits it the first time. */
  void recordUnknownStatus(JobNode node, JobAnswer answer) {
    String word = answer.status() == null ? "" : JsonSize.cut(answer.status(), JobNode.MAX_CODE);
    JobNode changed = node.withUnknownStatus(word);
    if (!changed.equals(node)) {
      nodes.put(changed);
      outputs.auditAnswer(
          Decision.ANSWER_UNKNOWN_STATUS, "the API lists no such status", node, answer);
    }
  }

  /** Records that an answer lists sub-jobs that are not tracked, and audits it the first time. */
  void truncate(String why) {
    if (!tree.truncated()) {
      tree = tree.withTruncation();
      outputs.audit(Decision.ANSWER_TRUNCATED, why, rootJobId(), Map.of());
    }
  }

  // ---- losses

  /**
   * Gives a job up. The loss of a sub-job is published when the root job has ended, because an
   * answer about another job may still describe the sub-job.
   *
   * @param why one line for people, published as the fail reason of the loss
   */
  void giveUp(JobNode node, LostReason reason, String why) {
    JobNode givenUp = node.withGivenUp(reason, why);
    nodes.put(givenUp);
    if (!node.hasParent() || root().ended()) {
      publish(givenUp, JobStatus.LOST, null);
    }
  }

  // ---- publication

  /**
   * Publishes a transition.
   *
   * @param answer null if the job is lost
   */
  private void publish(JobNode node, JobStatus status, JobAnswer answer) {
    JobStatus previous = node.published();
    tree = tree.withNextSequence();
    JobState state = state(node, status, answer);
    nodes.put(node.withStage(new JobNode.Stage(status, input.at())));
    outputs.add(
        new Transition(
            state, previous, tree.acceptance().requestEvidence(), tree.request().correlation()));
    outputs.add(new Status(state));
    outputs.audit(
        Decision.TRANSITION_PUBLISHED,
        answer == null
            ? "given up: " + node.polling().givenUp() + ", " + node.details().failReason()
            : "first seen at this status",
        node.jobId(),
        Map.of("status", status.name(), "sequence", Long.toString(tree.sequence())));
    if (answer != null) {
      outputs.auditOmissions(node, answer);
    }
    if (!node.hasParent() && status.terminal()) {
      tree =
          tree.withRootEnd(new RootEnd(state, previous, answer == null ? null : answer.results()));
    }
  }

  /**
   * Publishes the stored state of each published job again, with the time of its last transition.
   * Entities are not stored, so they are null.
   */
  void publishStatusAgain() {
    for (JobNode node : nodes.all()) {
      if (node.published() != null) {
        Evidence answer = node.answers().evidence();
        Evidence evidence = answer == null ? tree.acceptance().requestEvidence() : answer;
        Instant at = node.stages().get(node.stages().size() - 1).at();
        outputs.add(new Status(state(node, node.published(), at, node.details(), null, evidence)));
      }
    }
  }

  /** The state after this input: as the answer describes it, or as stored if the job is lost. */
  private JobState state(JobNode node, JobStatus status, JobAnswer answer) {
    return answer == null
        ? state(node, status, input.at(), node.details(), null, input.evidence())
        : state(node, status, input.at(), answer.details(), answer.entities(), input.evidence());
  }

  private JobState state(
      JobNode node,
      JobStatus status,
      Instant at,
      JobDetails details,
      String entities,
      Evidence evidence) {
    return new JobState(
        node.jobId(),
        rootJobId(),
        node.parentJobId(),
        node.jobType(),
        tree.request().project(),
        status,
        tree.sequence(),
        node.times(),
        at,
        details,
        entities,
        tree.request().labels(),
        evidence);
  }

  // ---- consequences of the changes

  /**
   * Publishes the loss of given-up sub-jobs if the root job has ended, aligns the watches, and
   * completes the tree if no watch is left.
   *
   * @param settleDeadline how long sub-jobs are watched after their root job ended
   */
  void settle(Duration settleDeadline) {
    if (!exists() || ended()) {
      return;
    }
    if (tree.rootEnd() != null && !lost()) {
      nodes.unfinished().stream()
          .filter(node -> node.polling().givenUp() != null)
          .forEach(node -> giveUp(node, node.polling().givenUp(), node.details().failReason()));
    }
    Set<String> wanted = lost() ? Set.of() : WatchPlan.wanted(nodes.all());
    watches.closeAllBut(wanted);
    wanted.forEach(jobId -> watch(nodes.get(jobId), settleDeadline));
    if (tree.rootEnd() != null && watches.isEmpty()) {
      complete();
    }
  }

  private void watch(JobNode node, Duration settleDeadline) {
    Watch open = watches.of(node.jobId());
    JobNode watched = open == null ? node.withNextGeneration() : node;
    nodes.put(watched);
    watches.open(WatchPlan.watch(tree, watched, open, input.at(), settleDeadline));
  }

  private void complete() {
    Completion completion = Ending.completion(tree(), input);
    outputs.add(completion);
    outputs.audit(
        Decision.COMPLETION_PUBLISHED,
        "the job and all its sub-jobs have ended",
        rootJobId(),
        Map.of("outcome", completion.outcome().name()));
    tree = tree.withEnd(completion.state().observedAt());
  }
}
