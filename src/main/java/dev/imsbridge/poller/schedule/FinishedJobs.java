package dev.imsbridge.poller.schedule;

import dev.imsbridge.job.JobAnswer;
import dev.imsbridge.job.JobStatus;
import java.time.Duration;
import java.time.Instant;

/** Passes the durations of finished jobs to a policy. */
public final class FinishedJobs {
  /**
   * A longer name is not accepted as a type, because the memory per type must not grow with the
   * size of an answer.
   */
  public static final int MAX_TYPE_LENGTH = 128;

  private static final Duration MAX_DURATION = Duration.ofDays(365);

  private FinishedJobs() {}

  /** Returns whether the status of a job is terminal. */
  public static boolean ended(JobAnswer job) {
    return JobStatus.ofApi(job.status()).filter(JobStatus::terminal).isPresent();
  }

  /**
   * Teaches a policy the durations of a job and its sub-jobs. Does nothing until the job itself has
   * ended; otherwise each answer would repeat its finished sub-jobs.
   *
   * @param requestedAt the time at which a root job was requested, by the clock of IMS; null for a
   *     sub-job or if unknown
   */
  public static void teach(PollPolicy policy, JobAnswer job, Instant requestedAt) {
    if (!ended(job)) {
      return;
    }
    teachEach(policy, job);
    if (requestedAt != null && duration(job) != null) {
      Duration wait = Duration.between(requestedAt, job.times().endTime());
      if (wait.compareTo(MAX_DURATION) < 0) {
        policy.learnWait(wait.isNegative() ? 0 : wait.toNanos());
      }
    }
  }

  private static void teachEach(PollPolicy policy, JobAnswer job) {
    Duration duration = duration(job);
    if (duration != null && job.jobType() != null && job.jobType().length() <= MAX_TYPE_LENGTH) {
      policy.learn(job.jobType(), duration.toNanos());
    }
    job.subJobs().forEach(subJob -> teachEach(policy, subJob));
  }

  // Returns null if the times of a job are missing or not plausible.
  private static Duration duration(JobAnswer job) {
    if (!ended(job) || job.times().beginTime() == null || job.times().endTime() == null) {
      return null;
    }
    Duration duration = Duration.between(job.times().beginTime(), job.times().endTime());
    return duration.isNegative() || duration.compareTo(MAX_DURATION) >= 0 ? null : duration;
  }
}
