package dev.imsbridge.job;

import dev.imsbridge.job.JobTree.OpenWatch;
import dev.imsbridge.job.JobTree.RootEnd;
import dev.imsbridge.job.Output.Audited;
import dev.imsbridge.job.Output.Completion;
import dev.imsbridge.job.Output.Status;
import dev.imsbridge.job.Output.SubJob;
import dev.imsbridge.job.Output.Transition;
import dev.imsbridge.job.Output.WatchClosed;
import dev.imsbridge.job.Output.WatchOpened;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A job tree while one input is folded into it: the {@link Fold} decides, this carries it out and
 * notes each output. Lives for one input, on one thread.
 */
final class Draft {
  private final Input input;
  private final List<Output> outputs = new ArrayList<>();
  private final Map<String, JobNode> nodes = new LinkedHashMap<>();
  private final Map<String, OpenWatch> watches = new LinkedHashMap<>();
  private JobRequest request;
  private Evidence requestEvidence;
  private int generation;
  private Instant deadlineAt;
  private long sequence;
  private RootEnd rootEnd;
  private Instant endedAt;
  private boolean truncated;

  private Draft(Input input) {
    this.input = input;
  }

  static Draft blank(Input input) {
    return new Draft(input);
  }

  static Draft of(JobTree known, Input input) {
    Draft draft = new Draft(input);
    draft.nodes.putAll(known.nodes());
    draft.watches.putAll(known.watches());
    draft.request = known.request();
    draft.requestEvidence = known.requestEvidence();
    draft.generation = known.generation();
    draft.deadlineAt = known.deadlineAt();
    draft.sequence = known.sequence();
    draft.rootEnd = known.rootEnd();
    draft.endedAt = known.endedAt();
    draft.truncated = known.truncated();
    return draft;
  }

  JobTree tree() {
    return exists()
        ? new JobTree(
            request,
            requestEvidence,
            generation,
            deadlineAt,
            sequence,
            nodes,
            watches,
            rootEnd,
            endedAt,
            truncated)
        : null;
  }

  List<Output> outputs() {
    return Collections.unmodifiableList(outputs);
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

  boolean watches(String jobId, int watchGeneration) {
    return watchGeneration == generation && watches.containsKey(Watch.key(rootJobId(), jobId));
  }

  // ---- changes

  void accept(JobRequest newRequest, Evidence evidence, Instant newDeadlineAt) {
    request = newRequest;
    requestEvidence = evidence;
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
      audit(Decision.ANSWER_TRUNCATED, why, rootJobId(), bodySha256());
    }
  }

  /** The jobs that the latest answer about a watched job described need no GET of their own. */
  void describe(String watchedJobId, Set<String> described) {
    for (JobNode node : List.copyOf(nodes.values())) {
      if (described.contains(node.jobId()) && isAncestor(watchedJobId, node)) {
        nodes.put(node.jobId(), node.describedBy(watchedJobId));
      } else if (watchedJobId.equals(node.describedBy())) {
        nodes.put(node.jobId(), node.describedBy(null));
      }
    }
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
    if (!ended() && !answer.digest().equals(node.digest())) {
      JobNode told = node.told(answer, node.status(), input.evidence());
      nodes.put(told.jobId(), told);
      outputs.add(new Status(state(told, told.status(), answer)));
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
    String key = Watch.key(rootJobId(), jobId);
    OpenWatch open = watches.get(key);
    if (!fault.equals(open.fault())) {
      watches.put(key, new OpenWatch(open.watch(), fault));
      audit(Decision.WATCH_DEGRADED, fault + ": " + detail, jobId, null);
    }
  }

  void recover(String jobId) {
    OpenWatch open = watches.get(Watch.key(rootJobId(), jobId));
    if (open != null && open.fault() != null) {
      watches.put(open.watch().key(), new OpenWatch(open.watch(), null));
      audit(Decision.WATCH_RECOVERED, "the GET works again", jobId, null);
    }
  }

  private void publish(JobNode node, JobStatus status, JobAnswer answer) {
    JobStatus previous = node.published();
    sequence++;
    JobState state = state(node, status, answer);
    nodes.put(node.jobId(), node.published(status));
    outputs.add(new Transition(state, previous, requestEvidence, request.correlation()));
    outputs.add(new Status(state));
    Map<String, String> details = new TreeMap<>();
    details.put("status", status.name());
    details.put("sequence", Long.toString(sequence));
    String why = answer == null ? "given up: " + node.givenUp() : "first seen at this status";
    outputs.add(
        new Audited(Decision.TRANSITION_PUBLISHED, why, node.jobId(), bodySha256(), details));
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
    alignWatches(rules.settleDeadline());
    if (rootEnd != null && watches.isEmpty()) {
      complete();
    }
  }

  private List<JobNode> unfinished() {
    return nodes.values().stream().filter(node -> !node.ended()).toList();
  }

  private void alignWatches(Duration settleDeadline) {
    Set<String> wanted = new LinkedHashSet<>();
    if (!lost()) {
      for (JobNode node : nodes.values()) {
        boolean needsAGet = node.describedBy() == null || !wanted.contains(node.describedBy());
        if (!node.ended() && node.givenUp() == null && needsAGet) {
          wanted.add(node.jobId());
        }
      }
    }
    for (OpenWatch open : List.copyOf(watches.values())) {
      if (!wanted.contains(open.watch().jobId())) {
        close(open.watch());
      }
    }
    wanted.forEach(jobId -> open(nodes.get(jobId), settleDeadline));
  }

  private void open(JobNode node, Duration settleDeadline) {
    OpenWatch before = watches.get(Watch.key(rootJobId(), node.jobId()));
    Watch watch =
        new Watch(
            node.jobId(),
            rootJobId(),
            request.project(),
            before == null ? node.jobType() : before.watch().jobType(),
            generation,
            before == null ? input.at() : before.watch().openedAt(),
            deadline(before, settleDeadline));
    if (before == null) {
      watches.put(watch.key(), new OpenWatch(watch, null));
      outputs.add(new WatchOpened(watch));
      audit(Decision.WATCH_OPENED, "the job needs a GET of its own", node.jobId(), null);
    } else if (!before.watch().equals(watch)) {
      watches.put(watch.key(), new OpenWatch(watch, before.fault()));
      outputs.add(new WatchOpened(watch));
      audit(Decision.WATCH_OPENED, "its root job ended: less time", node.jobId(), null);
    }
  }

  private Instant deadline(OpenWatch before, Duration settleDeadline) {
    if (rootEnd == null) {
      return deadlineAt;
    }
    if (before != null && before.watch().deadlineAt().isBefore(deadlineAt)) {
      return before.watch().deadlineAt();
    }
    Instant settled = input.at().plus(settleDeadline);
    return settled.isBefore(deadlineAt) ? settled : deadlineAt;
  }

  private void close(Watch watch) {
    watches.remove(watch.key());
    outputs.add(new WatchClosed(watch.key()));
    JobNode node = nodes.get(watch.jobId());
    String why =
        node.ended() || node.givenUp() != null
            ? "the job is over"
            : lost() ? "the root job was lost" : "its parent's answers tell of it";
    audit(Decision.WATCH_CLOSED, why, watch.jobId(), null);
  }

  private void complete() {
    JobState end = rootEnd.state();
    JobOutcome outcome = JobOutcome.of(end.status());
    outputs.add(
        new Completion(
            end.completed(sequence, allImageIds()),
            rootEnd.previousStatus(),
            outcome,
            root().givenUp(),
            durationMs(end),
            rootEnd.results(),
            subJobLines(),
            requestEvidence,
            request.correlation()));
    outputs.add(
        new Audited(
            Decision.COMPLETION_PUBLISHED,
            "the job and all its sub-jobs are over",
            rootJobId(),
            bodySha256(),
            Map.of("outcome", outcome.name())));
    endedAt = input.at();
    rootEnd = null;
  }

  private static Long durationMs(JobState end) {
    if (end.beginTime() == null
        || end.endTime() == null
        || end.endTime().isBefore(end.beginTime())) {
      return null;
    }
    return Duration.between(end.beginTime(), end.endTime()).toMillis();
  }

  private List<String> allImageIds() {
    Set<String> all = new LinkedHashSet<>(rootEnd.state().imageIds());
    nodes.values().forEach(node -> all.addAll(node.imageIds()));
    return List.copyOf(all);
  }

  private List<SubJob> subJobLines() {
    return nodes.values().stream()
        .filter(node -> node.parentJobId() != null)
        .map(
            node ->
                new SubJob(
                    node.jobId(),
                    node.parentJobId(),
                    node.jobType(),
                    node.lost() ? JobStatus.LOST : node.status(),
                    node.imageIds(),
                    node.errorCode(),
                    node.failReason()))
        .toList();
  }

  // ---- what is said

  void audit(Decision what, String why) {
    String jobId = exists() ? rootJobId() : null;
    audit(what, why, jobId, null);
  }

  void audit(Decision what, String why, String jobId, String bodySha256) {
    outputs.add(new Audited(what, why, jobId, bodySha256, Map.of()));
  }

  void auditAnswer(Decision what, String why, JobNode node, JobAnswer answer) {
    Map<String, String> details = new TreeMap<>();
    details.put("known_status", String.valueOf(node.status()));
    details.put("answered_status", JobNode.cut(String.valueOf(answer.status()), JobNode.MAX_CODE));
    outputs.add(new Audited(what, why, node.jobId(), bodySha256(), details));
  }

  private String bodySha256() {
    return input instanceof Input.Answered answered ? answered.bodySha256() : null;
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
