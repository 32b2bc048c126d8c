package dev.imsbridge.simulator;

import dev.imsbridge.job.JobStatus;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What must come out of a job when nothing but the job itself decides: injected faults that hide or
 * bodyFault its end are not looked at.
 *
 * @param jobId as in every answer about it
 * @param status SUCCESS or FAIL
 * @param duration from the root's start to this job's end, the speed factor applied
 * @param listing how its sub-jobs are listed; null when it has none
 * @param errorCode null of a job that succeeds
 * @param failReason null of a job that succeeds
 */
public record ExpectedJob(
    String jobId,
    String jobType,
    JobStatus status,
    Duration duration,
    List<String> imageIds,
    String errorCode,
    String failReason,
    SubJobListing listing,
    List<ExpectedJob> subJobs) {
  public ExpectedJob {
    imageIds = List.copyOf(imageIds);
    subJobs = List.copyOf(subJobs);
  }

  /** Sub-jobs first, in listed order, then the job itself. */
  public Stream<ExpectedJob> tree() {
    return Stream.concat(subJobs.stream().flatMap(ExpectedJob::tree), Stream.of(this));
  }

  static ExpectedJob of(JobPlan plan, EntitiesWriter entities) {
    JobFailure failure = plan.failure();
    return new ExpectedJob(
        plan.jobId(),
        plan.jobType(),
        plan.finalStatus(),
        Duration.ofMillis(plan.endMillis()),
        entities.imageIds(plan),
        failure == null ? null : failure.errorCode(),
        failure == null ? null : failure.failReason(),
        plan.listing(),
        plan.subJobs().stream().map(sub -> of(sub, entities)).toList());
  }
}
