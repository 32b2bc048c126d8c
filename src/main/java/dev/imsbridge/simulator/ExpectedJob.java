package dev.imsbridge.simulator;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.imsbridge.job.JobStatus;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The final answer about a job, as far as the job alone decides it. Injected faults that hide or
 * change the answer are not taken into account. Immutable.
 *
 * @param jobId the {@code job_id} of every answer about the job
 * @param jobType the {@code job_type} of every answer about the job
 * @param status SUCCESS or FAIL
 * @param duration from the start of the root job to the end of this job, with the speed factor
 *     applied
 * @param errorCode null if the job succeeds
 * @param failReason null if the job succeeds
 * @param imageIds the images that the final answer names for the job itself, without its sub-jobs
 * @param listing the form in which answers list the sub-jobs; null without sub-jobs
 * @param subJobs in the order of the answer
 */
@JsonPropertyOrder({"job_id", "job_type", "status", "ends_after_ms"})
public record ExpectedJob(
    String jobId,
    String jobType,
    JobStatus status,
    @JsonIgnore Duration duration,
    String errorCode,
    String failReason,
    List<String> imageIds,
    @JsonIgnore SubJobListing listing,
    List<ExpectedJob> subJobs) {
  public ExpectedJob {
    imageIds = List.copyOf(imageIds);
    subJobs = List.copyOf(subJobs);
  }

  /** Returns the sub-jobs in listed order, then the job itself. */
  public Stream<ExpectedJob> tree() {
    return Stream.concat(subJobs.stream().flatMap(ExpectedJob::tree), Stream.of(this));
  }

  @JsonProperty("ends_after_ms")
  long endsAfterMillis() {
    return duration.toMillis();
  }

  static ExpectedJob of(JobPlan plan, EntitiesWriter entities) {
    JobFailure failure = plan.failure();
    return new ExpectedJob(
        plan.jobId(),
        plan.jobType(),
        plan.finalStatus(),
        Duration.ofMillis(plan.endMillis()),
        failure == null ? null : failure.errorCode(),
        failure == null ? null : failure.failReason(),
        entities.imageIds(plan),
        plan.listing(),
        plan.subJobs().stream().map(sub -> of(sub, entities)).toList());
  }
}
