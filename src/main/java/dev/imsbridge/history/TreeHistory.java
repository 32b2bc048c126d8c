package dev.imsbridge.history;

import dev.imsbridge.history.HistoryEvent.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The past of one job tree: the answer to a {@link HistoryQuestion}. Immutable.
 *
 * @param jobId the job that was asked for
 * @param asOf as it was asked; null for everything
 * @param events in order; never empty
 * @param evidence the records they rest on; null when not asked for
 * @param earlier whether the topics hold an earlier life of the job
 * @param truncated whether there are more events than are taken
 * @param recordsRead what finding them cost
 */
public record TreeHistory(
    String jobId,
    String rootJobId,
    Instant asOf,
    List<HistoryEvent> events,
    List<ObservedBody> evidence,
    EarlierLife earlier,
    boolean truncated,
    long recordsRead) {
  private static final int MAX_DEPTH = 64;

  /**
   * What is known of an earlier life: the job was watched, forgotten when the state had kept it
   * long enough, and asked for again. As of a time before the first event it is told.
   */
  public enum EarlierLife {
    NONE,
    FOUND,
    /** A hint led to the events, and it knows nothing of earlier lives. */
    NOT_SOUGHT
  }

  public TreeHistory {
    events = List.copyOf(events);
    evidence = evidence == null ? null : List.copyOf(evidence);
  }

  /** The jobs that anything was published of: the root job first, each followed by its sub-jobs. */
  public List<JobLine> jobs() {
    Map<String, List<HistoryEvent>> byJob = new LinkedHashMap<>();
    byJob.put(rootJobId, new ArrayList<>());
    for (HistoryEvent event : events) {
      if (event.kind() == Kind.TRANSITION) {
        byJob.computeIfAbsent(event.event().jobId(), id -> new ArrayList<>()).add(event);
      }
    }
    List<JobLine> lines = new ArrayList<>();
    Set<String> listed = new HashSet<>();
    add(rootJobId, 0, byJob, listed, lines);
    byJob.keySet().stream()
        .filter(jobId -> !byJob.containsKey(parent(byJob.get(jobId))))
        .forEach(jobId -> add(jobId, 1, byJob, listed, lines));
    // What is left names itself as its own ancestor, or nests deeper than any bridge lets it.
    byJob.keySet().forEach(jobId -> add(jobId, 1, byJob, listed, lines));
    return lines;
  }

  private static void add(
      String jobId,
      int depth,
      Map<String, List<HistoryEvent>> byJob,
      Set<String> listed,
      List<JobLine> lines) {
    if (depth > MAX_DEPTH || !listed.add(jobId)) {
      return;
    }
    List<HistoryEvent> transitions = byJob.get(jobId);
    if (!transitions.isEmpty()) {
      lines.add(line(jobId, depth, transitions));
    }
    byJob.forEach(
        (other, its) -> {
          if (parent(its).equals(jobId)) {
            add(other, depth + 1, byJob, listed, lines);
          }
        });
  }

  private static String parent(List<HistoryEvent> transitions) {
    return transitions.isEmpty() ? "" : transitions.get(0).event().text("parent_job_id");
  }

  private static JobLine line(String jobId, int depth, List<HistoryEvent> transitions) {
    List<JobLine.Stage> stages = new ArrayList<>();
    for (int i = 0; i < transitions.size(); i++) {
      Instant left = i + 1 < transitions.size() ? transitions.get(i + 1).at() : null;
      stages.add(new JobLine.Stage(transitions.get(i), left));
    }
    return new JobLine(jobId, depth, stages);
  }

  /**
   * The completion that stands: the last one, unless a transition follows it because the job was
   * lost and asked for again.
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
