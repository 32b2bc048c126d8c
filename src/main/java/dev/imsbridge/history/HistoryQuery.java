package dev.imsbridge.history;

import java.time.Instant;
import java.util.List;

/**
 * A query for the history of a job.
 *
 * @param jobId a root job or sub-job; the answer covers the whole tree
 * @param hint the locations of the events; null if no bridge answered
 * @param asOf ignores events after this time; null for all events
 * @param audit whether to include the audit entries
 * @param evidence whether to include the unchanged IMS responses that are still retained
 */
public record HistoryQuery(
    String jobId, SearchHint hint, Instant asOf, boolean audit, boolean evidence) {

  /** A query for all transitions and completions of a job. */
  public static HistoryQuery of(String jobId) {
    return new HistoryQuery(jobId, null, null, false, false);
  }

  /** Returns the events up to {@code asOf}. */
  List<HistoryEvent> upTo(List<HistoryEvent> events) {
    return asOf == null
        ? events
        : events.stream().filter(event -> !event.at().isAfter(asOf)).toList();
  }

  public HistoryQuery with(SearchHint newHint) {
    return new HistoryQuery(jobId, newHint, asOf, audit, evidence);
  }

  public HistoryQuery asOf(Instant time) {
    return new HistoryQuery(jobId, hint, time, audit, evidence);
  }

  public HistoryQuery withAudit() {
    return new HistoryQuery(jobId, hint, asOf, true, evidence);
  }

  public HistoryQuery withEvidence() {
    return new HistoryQuery(jobId, hint, asOf, audit, true);
  }
}
