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
  public static final int LONGEST_TYPE = 128;

  private static final Duration LONGEST = Duration.ofDays(365);

  private FinishedJobs() {}

  public static boolean ended(JobAnswer job) {
    return JobStatus.ofApi(job.status()).filter(JobStatus::terminal).isPresent();
  }

  /**
   * Teaches a policy the durations of a job and its sub-jobs. Does nothing until the job itself has
   * ended; otherwise each answer would repeat its finished sub-jobs.
   *
   * @param asked the time at which a root job was requested, by the clock of IMS; null for a
   *     sub-job or if unknown
   */
  public static void teach(PollPolicy policy, JobAnswer job, Instant asked) {
    if (!ended(job)) {
      return;
    }
    teachEach(policy, job);
    if (asked != null && took(job) != null) {
      Duration wait = Duration.between(asked, job.times().endTime());
      if (wait.compareTo(LONGEST) < 0) {
        policy.learnWait(wait.isNegative() ? 0 : wait.toNanos());
      }
    }
  }

  private static void teachEach(PollPolicy policy, JobAnswer job) {
    Duration took = took(job);
    if (took != null && job.jobType() != null && job.jobType().length() <= LONGEST_TYPE) {
      policy.learn(job.jobType(), took.toNanos());
    }
    job.subJobs().forEach(subJob -> teachEach(policy, subJob));
  }

  // Returns null if the times of a job are missing or not plausible.
  private static Duration took(JobAnswer job) {
    if (!ended(job) || job.times().beginTime() == null || job.times().endTime() == null) {
      return null;
    }
    Duration took = Duration.between(job.times().beginTime(), job.times().endTime());
    return took.isNegative() || took.compareTo(LONGEST) >= 0 ? null : took;
  }
}
