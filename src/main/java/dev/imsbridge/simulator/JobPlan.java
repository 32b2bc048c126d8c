package dev.imsbridge.simulator;

import dev.imsbridge.job.JobStatus;
import dev.imsbridge.simulator.ImsJobType.Shape;
import java.util.List;

/**
 * All that will happen to one job, settled before it starts. Times are milliseconds since the start
 * of its root job, the speed factor already applied, with {@code start <= running <= end}.
 *
 * @param startMillis when the job comes into being; 0 for a root
 * @param runningMillis when it leaves INIT
 * @param endMillis when it ends
 * @param failure null when it succeeds
 * @param listing null when it has no sub-jobs
 */
record JobPlan(
    String jobId,
    String jobType,
    Shape shape,
    long startMillis,
    long runningMillis,
    long endMillis,
    JobFailure failure,
    SubJobListing listing,
    List<JobPlan> subJobs) {
  JobPlan {
    subJobs = List.copyOf(subJobs);
  }

  /** A root starts its own clock at 0; a sub-job comes into being later. */
  boolean isSubJob() {
    return startMillis > 0;
  }

  boolean startedAt(long elapsed) {
    return elapsed >= startMillis;
  }

  JobStatus statusAt(long elapsed) {
    if (elapsed < runningMillis) {
      return JobStatus.INIT;
    }
    return elapsed < endMillis ? JobStatus.RUNNING : finalStatus();
  }

  JobStatus finalStatus() {
    return failure == null ? JobStatus.SUCCESS : JobStatus.FAIL;
  }

  /** How far the work is, in tenths: 0 at its start, 1 at its end. */
  double progressAt(long elapsed) {
    long span = Math.max(1, endMillis - runningMillis);
    double exact = (double) (elapsed - runningMillis) / span;
    return Math.floor(Math.max(0, Math.min(1, exact)) * 10) / 10;
  }

  /** A moment at which the job stood one status lower than at {@code elapsed}. */
  long momentBefore(long elapsed) {
    if (elapsed >= endMillis) {
      return runningMillis + (endMillis - runningMillis) / 2;
    }
    return elapsed >= runningMillis ? startMillis + (runningMillis - startMillis) / 2 : elapsed;
  }
}
