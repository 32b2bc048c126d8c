package dev.imsbridge.history;

import dev.imsbridge.history.HistoryEvent.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The history of one job tree: the answer to a {@link HistoryQuery}.
 *
 * @param jobId the requested job
 * @param rootJobId the root job of its tree
 * @param asOf the requested time; null for all events
 * @param request the request for which the job is watched; null if it was not found
 * @param events the events in order; never empty
 * @param evidence the records on which they are based; null if not requested
 * @param earlier whether the topics hold events of an earlier watch of the job
 * @param truncated whether events were omitted because of a limit
 * @param recordsRead the number of records read to find the events
 */
public record TreeHistory(
    String jobId,
    String rootJobId,
    Instant asOf,
    AcceptedRequest request,
    List<HistoryEvent> events,
    List<EvidenceRecord> evidence,
    EarlierWatch earlier,
    boolean truncated,
    long recordsRead) {
  private static final int MAX_DEPTH = 64;

  /**
   * Whether the job was watched before: removed from the state after its retention, and requested
   * again. To get the events of the earlier watch, query as of a time before the first event.
   */
  public enum EarlierWatch {
    NONE,
    FOUND,
    /** Unknown, because the events were found with a hint, which does not cover earlier watches. */
    UNKNOWN
  }

  /**
   * Merges the events of one tree. A completion follows the transitions that it counts, even if the
   * clocks of the pollers differ. Audit entries are merged by time, after other events with the
   * same time.
   */
  static List<HistoryEvent> inOrder(
      List<HistoryEvent> transitions, List<HistoryEvent> completions, List<HistoryEvent> audit) {
    List<HistoryEvent> published =
        merge(
            transitions,
            completions,
            (transition, completion) -> transition.sequence() <= completion.sequence());
    return merge(published, audit, (event, entry) -> !entry.at().isBefore(event.at()));
  }

  private static List<HistoryEvent> merge(
      List<HistoryEvent> some,
      List<HistoryEvent> others,
      BiPredicate<HistoryEvent, HistoryEvent> someFirst) {
    List<HistoryEvent> merged = new ArrayList<>();
    int next = 0;
    for (HistoryEvent other : others) {
      while (next < some.size() && someFirst.test(some.get(next), other)) {
        merged.add(some.get(next++));
      }
      merged.add(other);
    }
    merged.addAll(some.subList(next, some.size()));
    return merged;
  }

  /** Returns the time of the record of the request; null if the record was not read. */
  public Instant requestRecordedAt() {
    return evidence == null || request == null
        ? null
        : evidence.stream()
            .filter(each -> each.position().equals(request.position()))
            .map(EvidenceRecord::recordedAt)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
  }

  /** The jobs with published transitions: the root job first, each job followed by its sub-jobs. */
  public List<JobTimeline> jobs() {
    Map<String, List<HistoryEvent>> byJob = new LinkedHashMap<>();
    byJob.put(rootJobId, new ArrayList<>());
    for (HistoryEvent event : events) {
      if (event.kind() == Kind.TRANSITION) {
        byJob.computeIfAbsent(event.event().jobId(), id -> new ArrayList<>()).add(event);
      }
    }
    List<JobTimeline> timelines = new ArrayList<>();
    Set<String> listed = new HashSet<>();
    add(rootJobId, 0, byJob, listed, timelines);
    byJob.keySet().stream()
        .filter(jobId -> !byJob.containsKey(parent(byJob.get(jobId))))
        .forEach(jobId -> add(jobId, 1, byJob, listed, timelines));
    // The remaining jobs are in a cycle, or nest deeper than a bridge allows.
    byJob.keySet().forEach(jobId -> add(jobId, 1, byJob, listed, timelines));
    return timelines;
  }

  private static void add(
      String jobId,
      int depth,
      Map<String, List<HistoryEvent>> byJob,
      Set<String> listed,
      List<JobTimeline> timelines) {
    if (depth > MAX_DEPTH || !listed.add(jobId)) {
      return;
    }
    List<HistoryEvent> transitions = byJob.get(jobId);
    if (!transitions.isEmpty()) {
      timelines.add(timeline(jobId, depth, transitions));
    }
    byJob.forEach(
        (other, its) -> {
          if (parent(its).equals(jobId)) {
            add(other, depth + 1, byJob, listed, timelines);
          }
        });
  }

  private static String parent(List<HistoryEvent> transitions) {
    return transitions.isEmpty() ? "" : transitions.get(0).event().text("parent_job_id");
  }

  private static JobTimeline timeline(String jobId, int depth, List<HistoryEvent> transitions) {
    List<JobTimeline.Stage> stages = new ArrayList<>();
    for (int i = 0; i < transitions.size(); i++) {
      Instant left = i + 1 < transitions.size() ? transitions.get(i + 1).at() : null;
      stages.add(new JobTimeline.Stage(transitions.get(i), left));
    }
    return new JobTimeline(jobId, depth, stages);
  }

  /**
   * The current completion: the last one, unless a transition follows it because the job was lost
   * and requested again.
   */
  public Optional<HistoryEvent> completion() {
    HistoryEvent completion = null;
    for (HistoryEvent event : events) {
      if (event.kind() == Kind.COMPLETION) {
        completion = event;
      } else if (event.kind() == Kind.TRANSITION) {
        completion = null;
      }
    }
    return Optional.ofNullable(completion);
  }
}
