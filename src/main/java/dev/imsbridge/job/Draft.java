package dev.imsbridge.job;

import dev.imsbridge.job.JobTree.RootEnd;
import dev.imsbridge.job.Output.Status;
import dev.imsbridge.job.Output.Transition;
import dev.imsbridge.job.Output.WatchClosed;
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
  private static final int MAX_ELSEWHERE = 8;

  private final Input input;
  private final Minutes minutes;
  private final Map<String, JobNode> nodes = new LinkedHashMap<>();
  private final OpenWatches watches;
  private JobRequest request;
  private Evidence requestEvidence;
  private Instant requestedAt;
  private final Set<ProjectRef> elsewhere = new LinkedHashSet<>();
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
      elsewhere.addAll(known.elsewhere());
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
            elsewhere,
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

  /** Whether a request was accepted before, by where it stands. */
  boolean accepted(Evidence source) {
    return exists() && source.equals(requestEvidence);
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

  /** The spelling of a known job's id that differs from this one in case only; else this one. */
  String spelling(String jobId) {
    if (jobId == null || nodes.containsKey(jobId)) {
      return jobId;
    }
    return nodes.keySet().stream().filter(jobId::equalsIgnoreCase).findFirst().orElse(jobId);
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
    Watch open = watches.of(jobId);
    return open != null && open.generation() == watchGeneration;
  }

  /** Whether a job needs a GET of its own now, watched or not. */
  boolean wants(String jobId) {
    return wanted().contains(jobId);
  }

  // ---- changes

  void accept(JobRequest newRequest, Evidence evidence, Instant newDeadlineAt) {
    request = newRequest;
    requestEvidence = evidence;
    requestedAt = input.at();
    deadlineAt = newDeadlineAt;
    elsewhere.clear();
    rootEnd = null;
    endedAt = null;
    nodes.replaceAll((id, node) -> node.askedForAgain());
    nodes.putIfAbsent(rootJobId(), JobNode.named(rootJobId(), null));
  }

  /**
   * Notes another project that may have the job, as long as none has confirmed it.
   *
   * @return whether the job may be looked for there
   */
  boolean alsoIn(ProjectRef project) {
    boolean open = !ended() && root().status() == null && !project.equals(request.project());
    return open
        && (elsewhere.contains(project)
            || (elsewhere.size() < MAX_ELSEWHERE && elsewhere.add(project)));
  }

  /**
   * Looks for the job in the next project that a request named.
   *
   * @return false when no other was named, or one has confirmed the job
   */
  boolean redirect() {
    if (elsewhere.isEmpty() || root().status() != null) {
      return false;
    }
    ProjectRef next = elsewhere.iterator().next();
    elsewhere.remove(next);
    request = request.in(next);
    watches.renew(rootJobId());
    return true;
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
      nodes.put(node.jobId(), node.told(answer, node.status(), node.evidence()));
    } else {
      JobNode told = node.told(answer, node.status(), input.evidence());
      nodes.put(told.jobId(), told);
      minutes.say(new Status(state(told, told.status(), answer)));
      auditLeftOut(told, answer);
    }
  }

  void puzzle(JobNode node, JobAnswer answer) {
    String word = answer.status() == null ? "" : JsonSize.cut(answer.status(), JobNode.MAX_CODE);
    JobNode puzzled = node.puzzledBy(word);
    if (!puzzled.equals(node)) {
      nodes.put(node.jobId(), puzzled);
      auditAnswer(Decision.ANSWER_UNKNOWN_STATUS, "the API lists no such status", node, answer);
    }
  }

  /**
   * @param why the reason in one line for people, which is published as that of the loss
   */
  void giveUp(JobNode node, LostReason reason, String why) {
    JobNode givenUp = node.givenUp(reason, why);
    nodes.put(node.jobId(), givenUp);
    if (node.parentJobId() == null || root().ended()) {
      publish(givenUp, JobStatus.LOST, null);
    }
  }

  void giveUpUnfinished(LostReason reason, String why) {
    unfinished().forEach(node -> giveUp(node, reason, why));
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
        answer == null
            ? "given up: " + node.givenUp() + ", " + node.failReason()
            : "first seen at this status",
        node.jobId(),
        Map.of("status", status.name(), "sequence", Long.toString(sequence)));
    if (answer != null) {
      auditLeftOut(node, answer);
    }
    if (node.parentJobId() == null && status.terminal()) {
      rootEnd = new RootEnd(state, previous, answer == null ? null : answer.results());
    }
  }

  /** Says that a job is not watched, to whoever observed it all the same. */
  void close(String jobId) {
    minutes.say(new WatchClosed(jobId));
  }

  /** Says all open watches again. */
  void repeatWatches() {
    watches.repeat();
  }

  /** Says again what is known of each job that was published. The entities are not kept. */
  void repeatStatus() {
    nodes.values().stream()
        .filter(node -> node.published() != null)
        .forEach(node -> minutes.say(new Status(known(node))));
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
          .forEach(node -> giveUp(node, node.givenUp(), node.failReason()));
    }
    Set<String> wanted = lost() ? Set.of() : wanted();
    watches.closeAllBut(wanted);
    wanted.forEach(jobId -> watch(jobId, rules.settleDeadline()));
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

  private void watch(String jobId, Duration settleDeadline) {
    Watch open = watches.of(jobId);
    if (open == null) {
      nodes.computeIfPresent(jobId, (id, node) -> node.watchedAgain());
    }
    JobNode node = nodes.get(jobId);
    watches.open(
        new Watch(
            jobId,
            rootJobId(),
            request.project(),
            // Pollers take a job whose type is known for one that IMS has described.
            open == null || open.jobType() == null ? node.jobType() : open.jobType(),
            node.generation(),
            open == null ? input.at() : open.openedAt(),
            deadline(open, settleDeadline)));
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
        Ending.completion(rootEnd, input, sequence, nodes.values(), requestEvidence, request);
    minutes.say(completion);
    minutes.audit(
        Decision.COMPLETION_PUBLISHED,
        "the job and all its sub-jobs are over",
        rootJobId(),
        Map.of("outcome", completion.outcome().name()));
    endedAt = completion.state().observedAt();
    rootEnd = null;
  }

  // ---- what is said

  void audit(Decision what, String why, String jobId) {
    minutes.audit(what, why, jobId);
  }

  void auditAnswer(Decision what, String why, JobNode node, JobAnswer answer) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("known_status", String.valueOf(node.status()));
    details.put("answered_status", JsonSize.cut(String.valueOf(answer.status()), JobNode.MAX_CODE));
    minutes.audit(what, why, node.jobId(), details);
  }

  private void auditLeftOut(JobNode node, JobAnswer answer) {
    if (!answer.shortened().isEmpty()) {
      minutes.audit(
          Decision.ANSWER_TRUNCATED,
          "fields over their limit were cut or left out; the evidence has them whole",
          node.jobId(),
          Map.of("fields", String.join(" ", answer.shortened())));
    }
    if (!answer.unreadable().isEmpty()) {
      minutes.audit(
          Decision.ANSWER_PARTLY_READ,
          "the status was read; unreadable parts were left out; the evidence has the bytes",
          node.jobId(),
          Map.of("unreadable", String.join("; ", answer.unreadable())));
    }
  }

  /** What the store knows of a job since its last transition. */
  private JobState known(JobNode node) {
    return new JobState(
        node.jobId(),
        rootJobId(),
        node.parentJobId(),
        node.jobType(),
        request.project(),
        node.published(),
        sequence,
        node.beginTime(),
        node.endTime(),
        node.stages().get(node.stages().size() - 1).at(),
        node.errorCode(),
        node.failReason(),
        node.imageIds(),
        null,
        request.labels(),
        node.evidence() == null ? requestEvidence : node.evidence());
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
