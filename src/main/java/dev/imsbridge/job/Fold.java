package dev.imsbridge.job;

import dev.imsbridge.job.Input.Answered;
import dev.imsbridge.job.Input.Cancelled;
import dev.imsbridge.job.Input.Faulted;
import dev.imsbridge.job.Input.GivenUp;
import dev.imsbridge.job.Input.Lacking;
import dev.imsbridge.job.Input.Observed;
import dev.imsbridge.job.Input.Recovered;
import dev.imsbridge.job.Input.Requested;
import dev.imsbridge.job.Input.Shown;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The heart of the bridge: what an input does to what is known of a job, and what is published of
 * it.
 *
 * <p>{@code fold(tree, input) -> (tree', outputs)} is a pure function: no clock, no Kafka, no
 * randomness, no failure. The same inputs in the same order give the same outputs, byte for byte,
 * so that history can be recomputed and compared.
 *
 * <p>Its laws: a job's published status never falls and is published once; a terminal status
 * absorbs everything after it; a job asked for gets exactly one completion each time it is
 * accepted; every watch opened is closed. It ranks what it is told instead of trusting the order it
 * is told in, since a late, slow GET may deliver RUNNING after SUCCESS.
 *
 * <p>Watches are derived, not commanded: after each input the {@link Draft} compares the jobs that
 * need a GET of their own with the watches that are open, and says the difference.
 */
public final class Fold {

  /** The tree after an input, null if there still is none, and what is to be published. */
  public record Folded(JobTree tree, List<Output> outputs) {}

  private static final String TAKEN_BACK = "the request was taken back";

  private final FoldRules rules;
  private final Draft draft;

  private Fold(FoldRules rules, Draft draft) {
    this.rules = rules;
    this.draft = draft;
  }

  /**
   * Folds one input about a root job into what is known of it.
   *
   * @param known null when nothing is
   * @param input about the root job of {@code known}, or about one of its sub-jobs
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
    } else if (input instanceof Lacking lacking) {
      lacking(lacking);
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
    String why = draft.exists() ? "the job was lost and is asked for again" : "the job is new";
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

  // ---- topics that lost a part of what they show

  private void lacking(Lacking lacking) {
    if (lacking.what() == Shown.WATCHES) {
      closeUnwatched(lacking.jobId());
      draft.repeatWatches();
      draft.audit(
          Decision.WATCH_RESTORED,
          "the topic of watches differed from what is known of the job",
          lacking.jobId());
    } else if (draft.exists()) {
      draft.repeatStatus();
      draft.audit(
          Decision.STATUS_RESTORED, "the topic of statuses was created again", lacking.jobId());
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

  /** Whoever asks for a job that is not watched never heard that its watch was closed. */
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
    // No further answer comes about a job that is not watched, so this one vouches for nobody. A
    // job
    // that was given up and is described after all is watched again.
    if (!stale && (draft.watches(node.jobId()) || draft.wants(node.jobId()))) {
      draft.describe(node.jobId(), described);
    }
  }

  /** Sub-jobs first, in listed order and each with its own sub-jobs, then the job itself. */
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
   * Whether what is said here of a sub-job counts. The depth is that of the place in the answer,
   * not of the job: else the same answer would tell more the second time.
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

  /** Compares what is said of a job with what was: the lattice's rules. */
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
