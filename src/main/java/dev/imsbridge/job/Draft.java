package dev.imsbridge.job;

import dev.imsbridge.job.JobTree.RootEnd;
import dev.imsbridge.job.Output.Status;
import dev.imsbridge.job.Output.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A job tree while one input is folded into it: the {@link Fold} decides, this carries it out and
 * says what follows. Lives for one input, on one thread.
 */
final class Draft {
  private final Input input;
  private final Minutes minutes;
  private final Map<String, JobNode> nodes = new LinkedHashMap<>();
  private final OpenWatches watches;
  private JobRequest request;
  private Evidence requestEvidence;
  private Instant requestedAt;
  private int generation;
  private Instant deadlineAt;
  private long sequence;
  private RootEnd rootEnd;
  private Instant endedAt;
  private boolean truncated;

  /**
   * @param known null when nothing is
   */
  Draft(JobTree known, Input input) {
    this.input = input;
    minutes = new Minutes(input);
    watches = new OpenWatches(known == null ? Map.of() : known.watches(), minutes);
    if (known != null) {
      nodes.putAll(known.nodes());
      request = known.request();
      requestEvidence = known.requestEvidence();
      requestedAt = known.requestedAt();
      generation = known.generation();
      deadlineAt = known.deadlineAt();
      sequence = known.sequence();
      rootEnd = known.rootEnd();
      endedAt = known.endedAt();
      truncated = known.truncated();
    }
  }

  /** The tree as it is now; null when there still is none. */
  JobTree tree() {
    return exists()
        ? new JobTree(
            request,
            requestEvidence,
            requestedAt,
            generation,
            deadlineAt,
            sequence,
            nodes,
            watches.byKey(),
            rootEnd,
            endedAt,
            truncated)
        : null;
  }

  List<Output> outputs() {
    return minutes.outputs();
  }

  // ---- what is known

  boolean exists() {
    return request != null;
  }

  boolean ended() {
    return endedAt != null;
  }

  boolean lost() {
    return exists() && root().lost();
  }

  String rootJobId() {
    return request.jobId();
  }

  JobNode root() {
    return nodes.get(rootJobId());
  }

  JobNode node(String jobId) {
    return nodes.get(jobId);
  }

  int subJobs() {
    return nodes.size() - 1;
  }

  int depth(String jobId) {
    int depth = 0;
    for (JobNode node = nodes.get(jobId);
        node.parentJobId() != null;
        node = nodes.get(node.parentJobId())) {
      depth++;
    }
    return depth;
  }

  boolean watches(String jobId) {
    return watches.contains(jobId);
  }

  boolean watches(String jobId, int watchGeneration) {
    return watchGeneration == generation && watches.contains(jobId);
  }

  // ---- changes

  void accept(JobRequest newRequest, Evidence evidence, Instant newDeadlineAt) {
    request = newRequest;
    requestEvidence = evidence;
    requestedAt = input.at();
    deadlineAt = newDeadlineAt;
    generation++;
    rootEnd = null;
    endedAt = null;
    nodes.replaceAll((id, node) -> node.askedForAgain());
    nodes.putIfAbsent(rootJobId(), JobNode.named(rootJobId(), null));
  }

  void add(String jobId, String parentJobId) {
    nodes.put(jobId, JobNode.named(jobId, parentJobId));
  }

  void truncate(String why) {
    if (!truncated) {
      truncated = true;
      minutes.audit(Decision.ANSWER_TRUNCATED, why, rootJobId(), Map.of());
    }
  }

  /** The jobs that the latest answer about a watched job described need no GET of their own. */
  void describe(String watchedJobId, Set<String> described) {
    nodes.replaceAll(
        (id, node) -> {
          if (described.contains(id) && isAncestor(watchedJobId, node)) {
            return node.describedBy(watchedJobId);
          }
          return watchedJobId.equals(node.describedBy()) ? node.describedBy(null) : node;
        });
  }

  // Two sub-jobs that name each other must not both count as described: nobody would ask for them.
  private boolean isAncestor(String jobId, JobNode node) {
    for (String id = node.parentJobId(); id != null; id = nodes.get(id).parentJobId()) {
      if (id.equals(jobId)) {
        return true;
      }
    }
    return false;
  }

  void rise(JobNode node, JobAnswer answer, JobStatus status) {
    publish(node.told(answer, status, input.evidence()), status, answer);
  }

  /** The status stands, but the answer may tell more of the job than the last one. */
  void refresh(JobNode node, JobAnswer answer) {
    if (ended()) {
      return;
    }
    if (answer.digest().equals(node.digest())) {
      nodes.put(node.jobId(), node.givenUp(null));
    } else {
      JobNode told = node.told(answer, node.status(), input.evidence());
      nodes.put(told.jobId(), told);
      minutes.say(new Status(state(told, told.status(), answer)));
    }
  }

  void puzzle(JobNode node, JobAnswer answer) {
    String word = answer.status() == null ? "" : JobNode.cut(answer.status(), JobNode.MAX_CODE);
    JobNode puzzled = node.puzzledBy(word);
    if (!puzzled.equals(node)) {
      nodes.put(node.jobId(), puzzled);
      auditAnswer(Decision.ANSWER_UNKNOWN_STATUS, "the API lists no such status", node, answer);
    }
  }

  void giveUp(JobNode node, LostReason reason) {
    JobNode givenUp = node.givenUp(reason);
    nodes.put(node.jobId(), givenUp);
    if (node.parentJobId() == null || root().ended()) {
      publish(givenUp, JobStatus.LOST, null);
    }
  }

  void giveUpUnfinished(LostReason reason) {
    unfinished().forEach(node -> giveUp(node, reason));
  }

  void degrade(String jobId, String fault, String detail) {
    watches.degrade(jobId, fault, detail);
  }

  void recover(String jobId) {
    watches.recover(jobId);
  }

  private void publish(JobNode node, JobStatus status, JobAnswer answer) {
    JobStatus previous = node.published();
    sequence++;
    JobState state = state(node, status, answer);
    nodes.put(node.jobId(), node.published(status, input.at()));
    minutes.say(new Transition(state, previous, requestEvidence, request.correlation()));
    minutes.say(new Status(state));
    minutes.audit(
        Decision.TRANSITION_PUBLISHED,
        answer == null ? "given up: " + node.givenUp() : "first seen at this status",
        node.jobId(),
        Map.of("status", status.name(), "sequence", Long.toString(sequence)));
    if (node.parentJobId() == null && status.terminal()) {
      rootEnd = new RootEnd(state, previous, answer == null ? null : answer.results());
    }
  }

  // ---- what follows from the changes

  /** Loses sub-jobs nobody can tell of any more, aligns the watches, and completes the tree. */
  void settle(FoldRules rules) {
    if (!exists() || ended()) {
      return;
    }
    if (rootEnd != null && !lost()) {
      unfinished().stream()
          .filter(node -> node.givenUp() != null)
          .forEach(node -> giveUp(node, node.givenUp()));
    }
    Set<String> wanted = lost() ? Set.of() : wanted();
    watches.closeAllBut(wanted);
    wanted.forEach(jobId -> watches.open(watch(nodes.get(jobId), rules.settleDeadline())));
    if (rootEnd != null && watches.isEmpty()) {
      complete();
    }
  }

  private List<JobNode> unfinished() {
    return nodes.values().stream().filter(node -> !node.ended()).toList();
  }

  /** The jobs that are not over and that no answer about another wanted job tells of. */
  private Set<String> wanted() {
    Set<String> wanted = new LinkedHashSet<>();
    for (JobNode node : nodes.values()) {
      boolean toldOf = node.describedBy() != null && wanted.contains(node.describedBy());
      if (!node.ended() && node.givenUp() == null && !toldOf) {
        wanted.add(node.jobId());
      }
    }
    return wanted;
  }

  private Watch watch(JobNode node, Duration settleDeadline) {
    Watch open = watches.of(node.jobId());
    return new Watch(
        node.jobId(),
        rootJobId(),
        request.project(),
        open == null ? node.jobType() : open.jobType(),
        generation,
        open == null ? input.at() : open.openedAt(),
        deadline(open, settleDeadline));
  }

  private Instant deadline(Watch open, Duration settleDeadline) {
    if (rootEnd == null) {
      return deadlineAt;
    }
    if (open != null && open.deadlineAt().isBefore(deadlineAt)) {
      return open.deadlineAt();
    }
    Instant settled = input.at().plus(settleDeadline);
    return settled.isBefore(deadlineAt) ? settled : deadlineAt;
  }

  private void complete() {
    Output.Completion completion =
        Ending.completion(rootEnd, sequence, nodes.values(), requestEvidence, request);
    minutes.say(completion);
    minutes.audit(
        Decision.COMPLETION_PUBLISHED,
        "the job and all its sub-jobs are over",
        rootJobId(),
        Map.of("outcome", completion.outcome().name()));
    endedAt = input.at();
    rootEnd = null;
  }

  // ---- what is said

  void audit(Decision what, String why, String jobId) {
    minutes.audit(what, why, jobId);
  }

  void auditAnswer(Decision what, String why, JobNode node, JobAnswer answer) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("known_status", String.valueOf(node.status()));
    details.put("answered_status", JobNode.cut(String.valueOf(answer.status()), JobNode.MAX_CODE));
    minutes.audit(what, why, node.jobId(), details);
  }

  /** What is published of a job; for a job that was lost there is no answer to tell more. */
  private JobState state(JobNode node, JobStatus status, JobAnswer answer) {
    return new JobState(
        node.jobId(),
        rootJobId(),
        node.parentJobId(),
        node.jobType(),
        request.project(),
        status,
        sequence,
        node.beginTime(),
        node.endTime(),
        input.at(),
        answer == null ? node.errorCode() : answer.errorCode(),
        answer == null ? node.failReason() : answer.failReason(),
        answer == null ? node.imageIds() : answer.imageIds(),
        answer == null ? null : answer.entities(),
        request.labels(),
        input.evidence());
  }
}
