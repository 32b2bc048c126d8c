package dev.imsbridge.poller;

import dev.imsbridge.job.JobAnswer;
import dev.imsbridge.job.JobStatus;
import java.time.Duration;
import java.time.Instant;

/** What a policy may learn of the jobs that an answer shows to have ended. */
final class FinishedJobs {
  /** A longer name is no type: what is kept by type must not grow with what an answer holds. */
  static final int LONGEST_TYPE = 128;

  private static final Duration LONGEST = Duration.ofDays(365);

  private FinishedJobs() {}

  static boolean ended(JobAnswer job) {
    return JobStatus.ofApi(job.status()).filter(JobStatus::terminal).isPresent();
  }

  /**
   * Teaches how long a job and its sub-jobs took, when the job itself has ended: else its sub-jobs
   * would be told of again with each answer.
   *
   * @param asked when a root job was asked for, by the clock of IMS; null for a job that was not
   */
  static void teach(PollPolicy policy, JobAnswer job, Instant asked) {
    if (!ended(job)) {
      return;
    }
    teachEach(policy, job);
    if (asked != null && took(job) != null) {
      Duration wait = Duration.between(asked, job.endTime());
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

  // Null where a job's times do not tell.
  private static Duration took(JobAnswer job) {
    if (!ended(job) || job.beginTime() == null || job.endTime() == null) {
      return null;
    }
    Duration took = Duration.between(job.beginTime(), job.endTime());
    return took.isNegative() || took.compareTo(LONGEST) >= 0 ? null : took;
  }
}
