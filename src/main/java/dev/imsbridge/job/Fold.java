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
 * <p>Watches are derived from the state. After each input {@link Draft} compares the jobs that need
 * their own GET with the open watches and publishes the difference.
 */
public final class Fold {
  /** The reason in the audit for accepting the request of an unknown job. */
  public static final String NEW_JOB = "the job is new";

  /**
   * The result of an input: the new tree, null if no request was accepted yet, and the records to
   * publish, in order.
   */
  public record Folded(JobTree tree, List<Output> outputs) {}

  private static final String TAKEN_BACK = "the request was taken back";

  private final FoldRules rules;
  private final Draft draft;

  private Fold(FoldRules rules, Draft draft) {
    this.rules = rules;
    this.draft = draft;
  }

  /**
   * Applies one input.
   *
   * @param known the stored tree; null if the job is unknown
   * @param input an input about the root job of {@code known} or about one of its sub-jobs
   */
  public static Folded fold(FoldRules rules, JobTree known, Input input) {
    Draft draft = new Draft(known, input);
    new Fold(rules, draft).take(input);
    draft.settle(rules);
    return new Folded(draft.tree(), draft.outputs());
  }

  private void take(Input input) {
    if (input instanceof Requested requested) {
      requested(requested);
    } else if (input instanceof Cancelled) {
      cancelled();
    } else if (input instanceof Repair repair) {
      repair(repair);
    } else if (input instanceof Observed observed) {
      observed(observed);
    }
  }

  // ---- requests

  private void requested(Requested requested) {
    JobRequest request = requested.request();
    if (draft.accepted(requested.evidence())) {
      draft.audit(Decision.REQUEST_DUPLICATE, "this very request was accepted before", null);
      return;
    }
    if (draft.exists() && !draft.lost()) {
      draft.audit(Decision.REQUEST_DUPLICATE, duplicate(request.project()), null);
      return;
    }
    Duration deadline = request.deadline() == null ? rules.watchDeadline() : request.deadline();
    String why = draft.exists() ? "the job was lost and is requested again" : NEW_JOB;
    draft.accept(request, requested.evidence(), requested.at().plus(deadline));
    draft.audit(Decision.REQUEST_ACCEPTED, why, null);
  }

  private String duplicate(ProjectRef project) {
    if (draft.ended()) {
      return "the job has ended and is still known";
    }
    return draft.alsoIn(project)
        ? "the job is watched already; this project is next if the present one does not know it"
        : "the job is watched already";
  }

  private void cancelled() {
    if (!draft.exists() || draft.ended()) {
      draft.audit(Decision.REQUEST_CANCELLED, "nothing to cancel: the job is not watched", null);
      return;
    }
    draft.audit(Decision.REQUEST_CANCELLED, TAKEN_BACK, null);
    if (draft.root().ended()) {
      draft.giveUpUnfinished(LostReason.CANCELLED, TAKEN_BACK);
    } else {
      draft.giveUp(draft.root(), LostReason.CANCELLED, TAKEN_BACK);
    }
  }

  // ---- compacted topics that differ from the stored state

  private void repair(Repair repair) {
    if (repair.table() == Table.WATCHES) {
      closeUnwatched(repair.jobId());
      draft.repeatWatches();
      draft.audit(
          Decision.WATCH_RESTORED,
          "the topic of watches differed from what is known of the job",
          repair.jobId());
    } else if (draft.exists()) {
      draft.repeatStatus();
      draft.audit(
          Decision.STATUS_RESTORED, "the topic of statuses was created again", repair.jobId());
    }
  }

  // ---- observations

  private void observed(Observed observed) {
    String jobId = observed.jobId();
    closeUnwatched(jobId);
    JobNode node = draft.node(jobId);
    if (node == null || draft.lost() || node.lost()) {
      String why = node == null ? "the job is not known" : "the job was lost";
      draft.audit(Decision.OBSERVATION_LATE, why, jobId);
    } else if (observed instanceof Answered answered) {
      answered(answered, node);
    } else if (!draft.watches(jobId, observed.generation())) {
      draft.audit(Decision.OBSERVATION_LATE, "this watch is closed", jobId);
    } else if (observed instanceof Faulted faulted) {
      draft.degrade(jobId, faulted.fault(), faulted.detail());
    } else if (observed instanceof Recovered) {
      draft.recover(jobId);
    } else if (observed instanceof GivenUp givenUp) {
      givenUp(node, givenUp);
    }
  }

  /** A poller that observes an unwatched job has not seen that its watch was closed. */
  private void closeUnwatched(String jobId) {
    if (!draft.watches(jobId)) {
      draft.close(jobId);
    }
  }

  private void givenUp(JobNode node, GivenUp givenUp) {
    boolean root = node.parentJobId() == null;
    if (root && givenUp.reason() == LostReason.NOT_FOUND && draft.redirect()) {
      draft.audit(
          Decision.REQUEST_REDIRECTED,
          "the project does not know the job; another request named the next one",
          null);
    } else {
      draft.giveUp(node, givenUp.reason(), givenUp.detail());
    }
  }

  private void answered(Answered answered, JobNode node) {
    draft.recover(node.jobId());
    if (draft.ended()) {
      judge(node.jobId(), answered.answer());
      return;
    }
    Set<String> described = new HashSet<>();
    boolean stale =
        JobStatus.ofApi(answered.answer().status())
            .filter(status -> node.status() != null && node.status().above(status))
            .isPresent();
    takeIn(answered.answer(), node.jobId(), draft.depth(node.jobId()), described);
    // An unwatched job gets no further answers, so its sub-jobs must be polled themselves. A job
    // that was given up and has now been described is wanted again and will be watched.
    if (!stale && (draft.watches(node.jobId()) || draft.wants(node.jobId()))) {
      draft.describe(node.jobId(), described);
    }
  }

  /** Processes the sub-jobs in listed order, each after its own sub-jobs, then the job itself. */
  private void takeIn(JobAnswer answer, String jobId, int depth, Set<String> described) {
    for (JobAnswer subJob : answer.subJobs()) {
      String subJobId = draft.spelling(subJob.jobId());
      if (admit(subJobId, jobId, depth + 1)) {
        if (subJob.status() != null) {
          described.add(subJobId);
        }
        takeIn(subJob, subJobId, depth + 1, described);
      }
    }
    for (String named : answer.namedSubJobs()) {
      admit(draft.spelling(named), jobId, depth + 1);
    }
    judge(jobId, answer);
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
    boolean known = draft.node(jobId) != null;
    boolean usable =
        depth <= rules.maxDepth()
            && (known || (JobId.valid(jobId) && draft.subJobs() < rules.maxSubJobs()));
    if (usable && !known) {
      draft.add(jobId, parentJobId);
    } else if (!usable) {
      draft.truncate(
          "sub-jobs left out: more than %s, nested deeper than %s, or without a usable id"
              .formatted(rules.maxSubJobs(), rules.maxDepth()));
    }
    return usable;
  }

  /** Applies the status in an answer by the rules of the lattice. */
  private void judge(String jobId, JobAnswer answer) {
    JobNode node = draft.node(jobId);
    Optional<JobStatus> said = JobStatus.ofApi(answer.status());
    if (node.lost()) {
      draft.auditAnswer(Decision.OBSERVATION_LATE, "the job was lost", node, answer);
    } else if (said.isEmpty()) {
      draft.puzzle(node, answer);
    } else if (node.status() == null || said.get().above(node.status())) {
      draft.rise(node, answer, said.get());
    } else if (said.get() == node.status()) {
      draft.refresh(node, answer);
    } else if (node.status().above(said.get())) {
      draft.auditAnswer(Decision.ANSWER_STALE, "the job was further already", node, answer);
    } else {
      draft.auditAnswer(Decision.ANSWER_CONTRADICTING, "the job has ended otherwise", node, answer);
    }
  }
}
