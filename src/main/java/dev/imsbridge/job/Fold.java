package dev.imsbridge.job;

import dev.imsbridge.job.Input.Answered;
import dev.imsbridge.job.Input.Cancelled;
import dev.imsbridge.job.Input.Faulted;
import dev.imsbridge.job.Input.GivenUp;
import dev.imsbridge.job.Input.Observed;
import dev.imsbridge.job.Input.Recovered;
import dev.imsbridge.job.Input.Repair;
import dev.imsbridge.job.Input.Requested;
import dev.imsbridge.job.Input.Table;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Applies an input to a job tree: computes the new state of the tree and the records to publish.
 *
 * <p>{@code fold(tree, input) -> (tree', outputs)} is a pure function and thread-safe. It uses no
 * clock, no Kafka and no randomness, and it never fails. The same inputs in the same order give the
 * same outputs, byte for byte, so a history can be recomputed and compared.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>The status of a job never falls, and each status is published once. {@link JobStatus#LOST}
 *       may be published once for each accepted request.
 *   <li>A terminal status is final. Later answers about the job do not change it.
 *   <li>A requested job gets exactly one completion each time a request for it is accepted.
 *   <li>Every opened watch is closed.
 * </ul>
 *
 * <p>Statuses are compared by rank and not by arrival, because a slow GET may deliver {@code
 * RUNNING} after {@code SUCCESS}.
 *
 * <p>Watches are derived from the state. After each input the jobs that need their own GET are
 * compared with the open watches and the difference is published: see {@link WatchPlan}.
 */
public final class Fold {
  /** The reason in the audit for accepting the request of an unknown job. */
  public static final String NEW_JOB = "the job is new";

  /** Why a request for a job that has ended is a duplicate, unless the job was lost. */
  public static final String HAS_ENDED = "the job has ended and is still known";

  /**
   * The result of an input: the new tree, null if no request was accepted yet, and the records to
   * publish, in order.
   */
  public record Folded(JobTree tree, List<Output> outputs) {}

  private static final String CANCELLED = "the request was cancelled";

  private final FoldRules rules;
  private final Outputs outputs;
  private final JobNodes nodes;
  private final OpenWatches watches;
  private final Draft draft;

  private Fold(FoldRules rules, JobTree known, Input input) {
    this.rules = rules;
    outputs = new Outputs(input);
    nodes = new JobNodes(known == null ? Map.of() : known.nodes());
    watches = new OpenWatches(known == null ? Map.of() : known.watches(), outputs);
    draft = new Draft(known, input, nodes, watches, outputs);
  }

  /**
   * Applies one input.
   *
   * @param known the stored tree; null if the job is unknown
   * @param input an input about the root job of {@code known} or about one of its sub-jobs
   */
  public static Folded fold(FoldRules rules, JobTree known, Input input) {
    Fold fold = new Fold(rules, known, input);
    fold.apply(input);
    fold.draft.settle(rules.settleDeadline());
    return new Folded(fold.draft.tree(), fold.outputs.all());
  }

  private void apply(Input input) {
    if (input instanceof Requested requested) {
      request(requested);
    } else if (input instanceof Cancelled) {
      cancel();
    } else if (input instanceof Repair repair) {
      repair(repair);
    } else if (input instanceof Observed observed) {
      observe(observed);
    }
  }

  // ---- requests

  private void request(Requested requested) {
    JobRequest request = requested.request();
    Map<String, String> details =
        requested.redrivenFrom() == null
            ? Map.of()
            : Map.of("redriven_from", requested.redrivenFrom());
    if (draft.accepted(requested.evidence())) {
      String why = "this very request was accepted before";
      outputs.audit(Decision.REQUEST_DUPLICATE, why, null, details);
    } else if (draft.exists() && !draft.lost()) {
      String why = duplicate(request.project());
      outputs.audit(Decision.REQUEST_DUPLICATE, why, null, details);
    } else {
      Duration deadline = request.deadline() == null ? rules.watchDeadline() : request.deadline();
      String why = draft.exists() ? "the job was lost and is requested again" : NEW_JOB;
      draft.accept(request, requested.at().plus(deadline));
      outputs.audit(Decision.REQUEST_ACCEPTED, why, null, details);
    }
  }

  private String duplicate(ProjectRef project) {
    if (draft.ended()) {
      return HAS_ENDED;
    }
    return draft.addCandidate(project)
        ? "the job is watched already; this project is next if the present one does not know it"
        : "the job is watched already";
  }

  private void cancel() {
    if (!draft.exists() || draft.ended()) {
      outputs.audit(Decision.REQUEST_CANCELLED, "nothing to cancel: the job is not watched", null);
      return;
    }
    outputs.audit(Decision.REQUEST_CANCELLED, CANCELLED, null);
    List<JobNode> open = draft.root().ended() ? nodes.unfinished() : List.of(draft.root());
    open.forEach(node -> draft.giveUp(node, LostReason.CANCELLED, CANCELLED));
  }

  // ---- compacted topics that differ from the stored state

  private void repair(Repair repair) {
    if (repair.table() == Table.WATCHES) {
      watches.closeIfAbsent(repair.jobId());
      watches.publishAgain();
      outputs.audit(
          Decision.WATCH_RESTORED,
          "the topic of watches differed from what is known of the job",
          repair.jobId());
    } else if (draft.exists()) {
      draft.publishStatusAgain();
      outputs.audit(
          Decision.STATUS_RESTORED, "the topic of statuses was created again", repair.jobId());
    }
  }

  // ---- observations

  private void observe(Observed observed) {
    String jobId = observed.jobId();
    JobNode node = nodes.get(jobId);
    // A poller that observes an unwatched job has not seen that its watch was closed.
    watches.closeIfAbsent(jobId);
    if (node == null || draft.lost() || node.lost()) {
      String why = node == null ? "the job is not known" : "the job was lost";
      outputs.audit(Decision.OBSERVATION_LATE, why, jobId);
    } else if (observed instanceof Answered answered) {
      answer(answered.answer(), node);
    } else if (!watches.contains(jobId, observed.generation())) {
      outputs.audit(Decision.OBSERVATION_LATE, "this watch is closed", jobId);
    } else if (observed instanceof Faulted faulted) {
      watches.degrade(jobId, faulted.fault(), faulted.detail());
    } else if (observed instanceof Recovered) {
      watches.recover(jobId);
    } else if (observed instanceof GivenUp givenUp) {
      giveUp(node, givenUp);
    }
  }

  private void giveUp(JobNode node, GivenUp givenUp) {
    boolean unknown = !node.hasParent() && givenUp.reason() == LostReason.NOT_FOUND;
    if (unknown && draft.tryNextProject()) {
      outputs.audit(
          Decision.REQUEST_REDIRECTED,
          "the project does not know the job; another request named the next one",
          null);
    } else {
      draft.giveUp(node, givenUp.reason(), givenUp.detail());
    }
  }

  private void answer(JobAnswer answer, JobNode node) {
    String jobId = node.jobId();
    watches.recover(jobId);
    if (draft.ended()) {
      applyStatus(answer, jobId);
      return;
    }
    Set<String> described = new HashSet<>();
    boolean stale =
        JobStatus.ofApi(answer.status())
            .filter(status -> node.status() != null && node.status().above(status))
            .isPresent();
    applyTree(answer, jobId, nodes.depth(jobId), described);
    // An unwatched job gets no further answers, so its sub-jobs must be polled themselves. A job
    // that was given up and has now been described is wanted again and will be watched.
    boolean watched = watches.contains(jobId) || WatchPlan.wanted(nodes.all()).contains(jobId);
    if (!stale && watched) {
      nodes.describe(jobId, described);
    }
  }

  /**
   * Applies the sub-jobs in listed order, each after its own sub-jobs, then the job itself.
   *
   * @param described receives the sub-jobs whose status is in the answer
   */
  private void applyTree(JobAnswer answer, String jobId, int depth, Set<String> described) {
    for (JobAnswer subJob : answer.subJobs()) {
      String subJobId = nodes.knownId(subJob.jobId());
      if (admit(subJobId, jobId, depth + 1)) {
        if (subJob.status() != null) {
          described.add(subJobId);
        }
        applyTree(subJob, subJobId, depth + 1, described);
      }
    }
    for (String named : answer.namedSubJobs()) {
      admit(nodes.knownId(named), jobId, depth + 1);
    }
    applyStatus(answer, jobId);
  }

  /**
   * Adds a sub-job to the tree if it is new and within the limits. The depth is the depth in the
   * answer and not in the tree. Otherwise the same answer could add more sub-jobs the second time.
   *
   * @return whether the answer's description of the sub-job is used
   */
  private boolean admit(String jobId, String parentJobId, int depth) {
    if (draft.rootJobId().equals(jobId)) {
      return false;
    }
    boolean known = nodes.get(jobId) != null;
    boolean mayBeAdded = JobId.valid(jobId) && nodes.subJobs() < rules.maxSubJobs();
    if (depth > rules.maxDepth() || !(known || mayBeAdded)) {
      draft.truncate(
          "sub-jobs left out: more than %s, nested deeper than %s, or without a usable id"
              .formatted(rules.maxSubJobs(), rules.maxDepth()));
      return false;
    }
    nodes.add(jobId, parentJobId);
    return true;
  }

  /** Applies the status in an answer by the rules of the lattice. */
  private void applyStatus(JobAnswer answer, String jobId) {
    JobNode node = nodes.get(jobId);
    Optional<JobStatus> answered = JobStatus.ofApi(answer.status());
    if (node.lost()) {
      outputs.auditAnswer(Decision.OBSERVATION_LATE, "the job was lost", node, answer);
    } else if (answered.isEmpty()) {
      draft.recordUnknownStatus(node, answer);
    } else if (node.status() == null || answered.get().above(node.status())) {
      draft.raise(node, answer, answered.get());
    } else if (answered.get() == node.status()) {
      draft.refresh(node, answer);
    } else if (node.status().above(answered.get())) {
      outputs.auditAnswer(Decision.ANSWER_STALE, "the job was further already", node, answer);
    } else {
      outputs.auditAnswer(
          Decision.ANSWER_CONTRADICTING, "the job has ended otherwise", node, answer);
    }
  }
}
