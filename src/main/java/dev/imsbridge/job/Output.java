package dev.imsbridge.job;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What the fold decides: each output is one record on one topic. */
public sealed interface Output {

  /**
   * A job's status rose.
   *
   * @param previousStatus what was published of the job before; null when nothing was
   * @param request the request this is published for; it tells one loss of a job from the next
   */
  record Transition(
      JobState state,
      JobStatus previousStatus,
      Evidence request,
      JobRequest.Correlation correlation)
      implements Output {}

  /**
   * A root job ended and so did all its sub-jobs.
   *
   * @param state the root job at its end, with the image ids of the whole tree; observed when the
   *     tree was complete, by the input that completed it
   * @param rootEndedAt when the root job's own end was observed
   * @param lostReason null unless the outcome is LOST
   * @param durationMs from begin to end as IMS tells them; null where it does not
   * @param results verbatim JSON text of an array, or null
   */
  record Completion(
      JobState state,
      Instant rootEndedAt,
      JobStatus previousStatus,
      JobOutcome outcome,
      LostReason lostReason,
      Long durationMs,
      String results,
      List<SubJob> subJobs,
      Evidence request,
      JobRequest.Correlation correlation)
      implements Output {}

  /** A sub-job's line in a completion. */
  record SubJob(
      String jobId,
      String parentJobId,
      String jobType,
      JobStatus status,
      List<String> imageIds,
      String errorCode,
      String failReason) {}

  /** The latest known state of a job. */
  record Status(JobState state) implements Output {}

  /** The job is forgotten. */
  record StatusCleared(String jobId) implements Output {}

  /** Ask for this job; replaces an earlier wish under the same key. */
  record WatchOpened(Watch watch) implements Output {}

  /** Stop asking for this job of the tree. */
  record WatchClosed(String jobId) implements Output {}

  /**
   * What was decided and why.
   *
   * @param what one of the words of {@link Decision}
   * @param bodySha256 digest of the body the decision rests on, null when it rests on none
   */
  record Audited(
      Decision what, String why, String jobId, String bodySha256, Map<String, String> details)
      implements Output {}
}
