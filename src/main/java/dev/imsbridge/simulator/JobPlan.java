package dev.imsbridge.simulator;

import dev.imsbridge.job.JobStatus;
import dev.imsbridge.simulator.ImsJobType.Shape;
import java.util.List;

/**
 * The course of a job, fixed before its start. Times are milliseconds since the start of the root
 * job, with the speed factor applied, and {@code start <= running <= end}. Immutable.
 *
 * @param startMillis when the job starts, in status INIT; 0 for a root job
 * @param runningMillis when its status changes to RUNNING
 * @param endMillis when it ends
 * @param failure null if it succeeds
 * @param listing the form in which answers list the sub-jobs; null without sub-jobs
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

  /** Returns whether this is a sub-job. Sub-jobs always start later than their root job. */
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

  /** Returns the progress, from 0 at the start to 1 at the end, rounded down to tenths. */
  double progressAt(long elapsed) {
    long span = Math.max(1, endMillis - runningMillis);
    double exact = (double) (elapsed - runningMillis) / span;
    return Math.floor(Math.max(0, Math.min(1, exact)) * 10) / 10;
  }

  /** Returns a time at which the job had the status before the one at {@code elapsed}. */
  long momentBefore(long elapsed) {
    if (elapsed >= endMillis) {
      return runningMillis + (endMillis - runningMillis) / 2;
    }
    return elapsed >= runningMillis ? startMillis + (runningMillis - startMillis) / 2 : elapsed;
  }
}
