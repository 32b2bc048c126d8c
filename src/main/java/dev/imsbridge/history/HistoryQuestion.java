package dev.imsbridge.history;

import java.time.Instant;

/**
 * What is asked of the past of a job.
 *
 * @param jobId a root job or any sub-job: the answer is about the whole tree
 * @param hint null when no bridge could be asked
 * @param asOf what was known at that time; null for everything
 * @param audit with the audit entries
 * @param evidence with what IMS said, byte for byte, where it is still kept
 */
public record HistoryQuestion(
    String jobId, Hint hint, Instant asOf, boolean audit, boolean evidence) {

  /** Everything that was published of a job. */
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
