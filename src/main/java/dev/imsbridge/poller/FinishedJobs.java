package dev.imsbridge.poller;

import dev.imsbridge.job.JobAnswer;
import dev.imsbridge.job.JobStatus;
import java.time.Duration;
import java.util.function.ObjLongConsumer;

/** Tells of the jobs that an answer shows to have ended: the type, and the nanoseconds it took. */
final class FinishedJobs {
  /** A longer name is no type: what is kept by type must not grow with what an answer holds. */
  static final int LONGEST_TYPE = 128;

  private static final Duration LONGEST = Duration.ofDays(365);

  private FinishedJobs() {}

  static boolean ended(JobAnswer job) {
    return JobStatus.ofApi(job.status()).filter(JobStatus::terminal).isPresent();
  }

  /**
   * Tells of a job and its sub-jobs, when the job itself has ended: else its sub-jobs would be told
   * of again with each answer.
   */
  static void tell(JobAnswer job, ObjLongConsumer<String> learner) {
    if (ended(job)) {
      tellEach(job, learner);
    }
  }

  private static void tellEach(JobAnswer job, ObjLongConsumer<String> learner) {
    boolean timed = job.beginTime() != null && job.endTime() != null;
    if (ended(job) && timed && job.jobType() != null && job.jobType().length() <= LONGEST_TYPE) {
      Duration took = Duration.between(job.beginTime(), job.endTime());
      if (!took.isNegative() && took.compareTo(LONGEST) < 0) {
        learner.accept(job.jobType(), took.toNanos());
      }
    }
    job.subJobs().forEach(subJob -> tellEach(subJob, learner));
  }
}
