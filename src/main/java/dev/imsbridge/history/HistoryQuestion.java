package dev.imsbridge.history;

import java.time.Instant;

/**
 * A query for the history of a job.
 *
 * @param jobId a root job or sub-job; the answer covers the whole tree
 * @param hint the locations of the events; null if no bridge answered
 * @param asOf ignores events after this time; null for all events
 * @param audit whether to include the audit entries
 * @param evidence whether to include the unchanged IMS responses that are still retained
 */
public record HistoryQuestion(
    String jobId, Hint hint, Instant asOf, boolean audit, boolean evidence) {

  /** A query for all transitions and completions of a job. */
  public static HistoryQuestion of(String jobId) {
    return new HistoryQuestion(jobId, null, null, false, false);
  }

  public HistoryQuestion with(Hint newHint) {
    return new HistoryQuestion(jobId, newHint, asOf, audit, evidence);
  }

  public HistoryQuestion asOf(Instant time) {
    return new HistoryQuestion(jobId, hint, time, audit, evidence);
  }

  public HistoryQuestion withAudit() {
    return new HistoryQuestion(jobId, hint, asOf, true, evidence);
  }

  public HistoryQuestion withEvidence() {
    return new HistoryQuestion(jobId, hint, asOf, audit, true);
  }
}
