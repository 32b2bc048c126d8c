package dev.imsbridge.job;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** An output of the fold: one record on one topic. */
public sealed interface Output {

  /**
   * The status of a job rose.
   *
   * @param previousStatus the status published before; null if there was none
   * @param request the request that this is published for; distinguishes the losses of a job
   */
  record Transition(
      JobState state,
      JobStatus previousStatus,
      Evidence request,
      JobRequest.Correlation correlation)
      implements Output {}

  /**
   * A root job and all its sub-jobs ended, or the root job was lost.
   *
   * @param state the final state of the root job, with the image ids of the whole tree; its time is
   *     the time when the tree was complete, its evidence the input that completed the tree
   * @param rootEndedAt when the end of the root job was observed
   * @param lostReason null unless the outcome is LOST
   * @param results verbatim JSON text of an array, or null
   */
  record Completion(
      JobState state,
      Instant rootEndedAt,
      JobStatus previousStatus,
      LostReason lostReason,
      String results,
      List<SubJob> subJobs,
      Evidence request,
      JobRequest.Correlation correlation)
      implements Output {
    public JobOutcome outcome() {
      return JobOutcome.of(state.status());
    }
  }

  /** The entry of a sub-job in a completion. */
  record SubJob(
      String jobId, String parentJobId, String jobType, JobStatus status, JobDetails details) {}

  /** The latest known state of a job. */
  record Status(JobState state) implements Output {}

  /** The job was removed from the store. */
  record StatusCleared(String jobId) implements Output {}

  /** Poll this job. Replaces an earlier watch with the same key. */
  record WatchOpened(Watch watch) implements Output {}

  /** Stop polling this job of the tree. */
  record WatchClosed(String jobId) implements Output {}

  /**
   * A decision and its reason.
   *
   * @param jobId null for the root job
   * @param bodySha256 digest of the answer's body that the decision is based on; null if there is
   *     none
   */
  record Audited(
      Decision what, String why, String jobId, String bodySha256, Map<String, String> details)
      implements Output {}
}
