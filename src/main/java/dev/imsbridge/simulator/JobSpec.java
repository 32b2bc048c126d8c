package dev.imsbridge.simulator;

import dev.imsbridge.job.JobId;
import java.time.Duration;
import java.util.List;

/**
 * A job to create by choice. Whatever is null is left to the job id and the seed, as for a job that
 * nobody created.
 *
 * @param duration from start to end, before the speed factor divides it
 * @param succeeds null: the id decides
 * @param subJobs how many, 1 to {@value #MAX_SUB_JOBS}; only for types that have them
 * @param errorCode only of a failing job
 * @param failReason only of a failing job
 */
public record JobSpec(
    String jobId,
    ImsJobType type,
    Duration duration,
    Boolean succeeds,
    Integer subJobs,
    SubJobListing listing,
    String errorCode,
    String failReason,
    List<InjectedFault> faults) {
  /** More than the documented 8, to try the bounds of a client. */
  public static final int MAX_SUB_JOBS = 1000;

  private static final Duration LONGEST = Duration.ofDays(366);

  /**
   * @throws IllegalArgumentException when the parts contradict each other; the message says how
   */
  public JobSpec {
    faults = List.copyOf(faults);
    require(jobId == null || JobId.valid(jobId), "job_id must match [A-Za-z0-9_-]{1,64}");
    require(
        duration == null
            || (!duration.isNegative() && !duration.isZero() && duration.compareTo(LONGEST) <= 0),
        "duration must be more than nothing and at most 366 days");
    require(
        subJobs == null || (subJobs >= 1 && subJobs <= MAX_SUB_JOBS),
        "sub_jobs must be 1 to " + MAX_SUB_JOBS);
    require(
        (subJobs == null && listing == null) || (type != null && type.hasSubJobs()),
        "sub_jobs and listing need a job_type that has sub-jobs: "
            + ImsJobType.IMPORT_OVA_IMAGE.wireName()
            + " or "
            + ImsJobType.VOLUMES_TO_SYS_DATA_IMAGES.wireName());
    require(
        jobId == null
            || type == null
            || !type.hasSubJobs()
            || jobId.length() <= SubJobId.LONGEST_PARENT,
        "the job_id of a job with sub-jobs can have "
            + SubJobId.LONGEST_PARENT
            + " characters at most, since theirs are made of it");
    require(
        (errorCode == null && failReason == null) || Boolean.FALSE.equals(succeeds),
        "error_code and fail_reason need the outcome FAIL");
  }

  /** A job of that type; all else is left to its id. */
  public static JobSpec of(ImsJobType type) {
    return new JobSpec(null, type, null, null, null, null, null, null, List.of());
  }

  static JobSpec derived() {
    return of(null);
  }

  public JobSpec withId(String id) {
    return new JobSpec(
        id, type, duration, succeeds, subJobs, listing, errorCode, failReason, faults);
  }

  public JobSpec lasting(Duration length) {
    return new JobSpec(
        jobId, type, length, succeeds, subJobs, listing, errorCode, failReason, faults);
  }

  public JobSpec succeeding() {
    return new JobSpec(jobId, type, duration, true, subJobs, listing, null, null, faults);
  }

  public JobSpec failing() {
    return failing(null, null);
  }

  public JobSpec failing(String code, String reason) {
    return new JobSpec(jobId, type, duration, false, subJobs, listing, code, reason, faults);
  }

  public JobSpec withSubJobs(int count, SubJobListing way) {
    return new JobSpec(jobId, type, duration, succeeds, count, way, errorCode, failReason, faults);
  }

  public JobSpec withFaults(InjectedFault... chosen) {
    return new JobSpec(
        jobId, type, duration, succeeds, subJobs, listing, errorCode, failReason, List.of(chosen));
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
