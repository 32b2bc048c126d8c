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
 * A job tree while one input is applied to it. {@link Fold} decides; this class carries out the
 * decisions, derives watches and the completion from them, and collects the outputs. Used for one
 * input, on one thread.
 */
final class Draft {
  private static final int MAX_ELSEWHERE = 8;

  private final Input input;
  private final Outputs minutes;
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
   * @param known the stored tree; null if the job is unknown
   */
  Draft(JobTree known, Input input) {
    this.input = input;
    minutes = new Outputs(input);
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

  /** The current tree; null if no request was accepted yet. */
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

  // ---- state

  boolean exists() {
    return request != null;
  }

  boolean ended() {
    return endedAt != null;
  }

  /** Whether the request at position {@code source} is the one the tree was accepted for. */
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

  /**
   * Returns the id of the known job that equals {@code jobId} if case is ignored; {@code jobId}
   * itself if there is none.
   */
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

  /** Whether a job needs its own GET, regardless of whether a watch is open. */
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
   * Records another candidate project for the job, unless IMS has confirmed the job in a project.
   *
   * @return whether the job may be looked up in {@code project}; false if the tree has ended, if
   *     the job is confirmed, if the project is the current one, or if {@value #MAX_ELSEWHERE}
   *     other candidates are recorded
   */
  boolean alsoIn(ProjectRef project) {
    boolean open = !ended() && root().status() == null && !project.equals(request.project());
    return open
        && (elsewhere.contains(project)
            || (elsewhere.size() < MAX_ELSEWHERE && elsewhere.add(project)));
  }

  /**
   * Moves the request to the next candidate project and drops the watch of the root job, so that
   * {@link #settle} opens one there.
   *
   * @return false if there is no candidate left, or if IMS has confirmed the job
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

  /**
   * Marks the sub-jobs that the latest answer about {@code watchedJobId} described, because these
   * jobs do not need their own GET.
   */
  void describe(String watchedJobId, Set<String> described) {
    nodes.replaceAll(
        (id, node) -> {
          if (described.contains(id) && isAncestor(watchedJobId, node)) {
            return node.describedBy(watchedJobId);
          }
          return watchedJobId.equals(node.describedBy()) ? node.describedBy(null) : node;
        });
  }

  // If two sub-jobs list each other, only the descendant counts as described. Otherwise neither of
  // them would be polled.
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

  /**
   * Applies an answer that repeats the known status. Publishes the job's state again only if the
   * digest of the answer changed. Does nothing if the tree has ended.
   */
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
   * @param why one line for people, published as the fail reason of the loss
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

  /** Publishes that a job is not watched, for a poller that still observes it. */
  void close(String jobId) {
    minutes.say(new WatchClosed(jobId));
  }

  /** Publishes all open watches again. */
  void repeatWatches() {
    watches.repeat();
  }

  /**
   * Publishes the stored state of each published job again. Entities are not stored, so they are
   * null.
   */
  void repeatStatus() {
    nodes.values().stream()
        .filter(node -> node.published() != null)
        .forEach(node -> minutes.say(new Status(known(node))));
  }

  // ---- consequences of the changes

  /**
   * Publishes the loss of given-up sub-jobs if the root job has ended, aligns the watches, and
   * completes the tree if no watch is left.
   */
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

  /**
   * The jobs that need their own GET: not ended, not given up, and not described by the answers
   * about another such job.
   */
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
            // Pollers treat a job whose type is in the watch as one that IMS has described before.
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
        "the job and all its sub-jobs have ended",
        rootJobId(),
        Map.of("outcome", completion.outcome().name()));
    endedAt = completion.state().observedAt();
    rootEnd = null;
  }

  // ---- audit

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

  /** The stored state of a job, with the status and time of its last transition. */
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

  /**
   * The state of a job to publish. For a lost job {@code answer} is null and the stored values are
   * used.
   */
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
