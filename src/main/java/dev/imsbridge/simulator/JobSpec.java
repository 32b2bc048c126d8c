package dev.imsbridge.simulator;

import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobStatus;
import java.time.Duration;
import java.util.List;

/**
 * A job to create, as {@code POST /simulator/jobs} takes it. A null component is derived from the
 * seed and the job id. Immutable.
 *
 * @param jobId the id of the new job; null to generate one
 * @param duration from start to end, before the speed factor divides it; above 0, at most 366 days
 * @param outcome SUCCESS or FAIL
 * @param subJobs number of sub-jobs, 1 to {@value #MAX_SUB_JOBS}; only for types with sub-jobs
 * @param listing the form in which answers list the sub-jobs; only for types with sub-jobs
 * @param errorCode only with the outcome FAIL
 * @param failReason only with the outcome FAIL
 * @param faults for GETs of this job only; null for none
 */
public record JobSpec(
    String jobId,
    ImsJobType jobType,
    Duration duration,
    JobStatus outcome,
    Integer subJobs,
    SubJobListing listing,
    String errorCode,
    String failReason,
    List<InjectedFault> faults) {
  /** Above the documented maximum of 8, to test the bounds of a client. */
  public static final int MAX_SUB_JOBS = 1000;

  /** Everything is derived from the seed and the job id. */
  static final JobSpec DERIVED = new JobSpec(null, null, null, null, null, null, null, null, null);

  private static final Duration MAX_DURATION = Duration.ofDays(366);

  /**
   * @throws IllegalArgumentException if a value is out of range or two values contradict each
   *     other; the message names them by their JSON fields
   */
  public JobSpec {
    faults = new FaultList(faults).faults();
    require(jobId == null || JobId.valid(jobId), "job_id must match [A-Za-z0-9_-]{1,64}");
    require(
        duration == null
            || (duration.compareTo(Duration.ZERO) > 0 && duration.compareTo(MAX_DURATION) <= 0),
        "duration must be above 0 and at most 366 days");
    require(
        outcome == null || outcome == JobStatus.SUCCESS || outcome == JobStatus.FAIL,
        "outcome must be SUCCESS or FAIL");
    require(
        subJobs == null || (subJobs >= 1 && subJobs <= MAX_SUB_JOBS),
        "sub_jobs must be 1 to " + MAX_SUB_JOBS);
    require(
        (subJobs == null && listing == null) || (jobType != null && jobType.hasSubJobs()),
        "sub_jobs and listing need a job_type that has sub-jobs: "
            + ImsJobType.IMPORT_OVA_IMAGE.wireName()
            + " or "
            + ImsJobType.VOLUMES_TO_SYS_DATA_IMAGES.wireName());
    require(
        jobId == null
            || jobType == null
            || !jobType.hasSubJobs()
            || jobId.length() <= SubJobId.MAX_PARENT_LENGTH,
        "the job_id of a job with sub-jobs can have at most "
            + SubJobId.MAX_PARENT_LENGTH
            + " characters, because the sub-job ids add a suffix to it");
    require(
        (errorCode == null && failReason == null) || outcome == JobStatus.FAIL,
        "error_code and fail_reason need the outcome FAIL");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
