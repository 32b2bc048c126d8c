package dev.imsbridge.simulator;

import dev.imsbridge.job.JobStatus;
import dev.imsbridge.simulator.ImsJobType.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Plans jobs: the same seed, speed, id and spec always give the same plan. Stateless and
 * thread-safe.
 */
final class JobPlanner {
  private static final double FAILING_SHARE = 0.1;
  private static final int MAX_DERIVED_SUB_JOBS = 8;
  private static final List<ImsJobType> CHILDLESS =
      Arrays.stream(ImsJobType.values()).filter(type -> !type.hasSubJobs()).toList();

  private static final List<SubJobListing> LISTINGS = List.of(SubJobListing.values());

  private final long seed;
  private final double speed;

  /**
   * @param speed factor by which jobs run faster than in the cloud
   */
  JobPlanner(long seed, double speed) {
    this.seed = seed;
    this.speed = speed;
  }

  /** Plans a job from its id alone. */
  JobPlan plan(String jobId) {
    return plan(jobId, JobSpec.DERIVED);
  }

  /** Plans a job with the given properties; the rest is derived from its id. */
  JobPlan plan(String jobId, JobSpec spec) {
    SeededRandom random = SeededRandom.of(seed, jobId);
    ImsJobType type = spec.jobType() == null ? type(jobId, random.derive("type")) : spec.jobType();
    double length =
        spec.duration() == null
            ? type.sampleMillis(random.derive("duration"))
            : spec.duration().toMillis();
    double init = Math.min(random.derive("init").between(1000, 5000), 0.2 * length);
    boolean succeeds =
        spec.outcome() == null
            ? !random.derive("fate").chance(FAILING_SHARE)
            : spec.outcome() == JobStatus.SUCCESS;
    if (type.hasSubJobs()) {
      return parent(jobId, type, spec, random, init, length, succeeds);
    }
    JobFailure failure = succeeds ? null : failure(type.shape(), spec, random);
    return job(jobId, type.wireName(), type.shape(), 0, init, length, failure);
  }

  /** Returns the usual maximum duration of a job of this type, in milliseconds. */
  long usualMillis(ImsJobType type) {
    return scaled(type.high * 1000);
  }

  private JobPlan parent(
      String jobId,
      ImsJobType type,
      JobSpec spec,
      SeededRandom random,
      double init,
      double length,
      boolean succeeds) {
    int count =
        spec.subJobs() == null
            ? 1 + random.derive("sub-jobs").below(MAX_DERIVED_SUB_JOBS)
            : spec.subJobs();
    SubJobListing listing =
        spec.listing() == null ? random.derive("listing").pick(LISTINGS) : spec.listing();
    int firstFailing = succeeds ? -1 : random.derive("culprit").below(count);
    double wait =
        type.shape() == Shape.OVA
            ? random.derive("wait").between(90_000, 125_000)
            : random.derive("wait").between(300, 1_300);
    double firstStart = init + Math.min(wait, 0.2 * length);
    double lastEnd = length - random.derive("gap").unit() * Math.min(25_000, 0.05 * length);
    int last = random.derive("last").below(count);

    List<JobPlan> subJobs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      SeededRandom own = random.derive("sub-job").derive(i);
      double start = firstStart + own.derive("stagger").unit() * 0.05 * length;
      double end =
          start + (i == last ? 1 : own.derive("length").between(0.5, 1)) * (lastEnd - start);
      double running = start + Math.min(own.derive("init").between(300, 3000), 0.1 * (end - start));
      boolean fails = i == firstFailing || (!succeeds && own.derive("fate").chance(0.2));
      subJobs.add(
          job(
              SubJobId.of(jobId, i + 1),
              type.subJobType(),
              Shape.NAMED_IMAGE,
              start,
              running,
              end,
              fails ? failure(Shape.NAMED_IMAGE, spec, own) : null));
    }
    long end = scaled(length);
    if (!succeeds && spec.duration() == null && random.derive("hasty").chance(0.5)) {
      // Some parents fail at the first failure of a sub-job, while other sub-jobs are running.
      long gap = scaled(length - lastEnd);
      end = Math.min(end, subJobs.get(firstFailing).endMillis() + gap);
    }
    return new JobPlan(
        jobId,
        type.wireName(),
        type.shape(),
        0,
        scaled(init),
        end,
        succeeds ? null : orDefault(spec, JobFailure.OF_SUB_JOB),
        listing,
        subJobs);
  }

  private JobPlan job(
      String jobId,
      String jobType,
      Shape shape,
      double start,
      double running,
      double end,
      JobFailure failure) {
    return new JobPlan(
        jobId,
        jobType,
        shape,
        scaled(start),
        scaled(running),
        scaled(end),
        failure,
        null,
        List.of());
  }

  private long scaled(double millis) {
    return (long) Math.ceil(millis / speed);
  }

  private static ImsJobType type(String jobId, SeededRandom random) {
    List<ImsJobType> possible =
        jobId.length() > SubJobId.MAX_PARENT_LENGTH ? CHILDLESS : List.of(ImsJobType.values());
    return random.pick(possible);
  }

  private static JobFailure failure(Shape shape, JobSpec spec, SeededRandom random) {
    return orDefault(spec, JobFailure.pick(shape, random.derive("failure")));
  }

  private static JobFailure orDefault(JobSpec spec, JobFailure derived) {
    return new JobFailure(
        spec.errorCode() == null ? derived.errorCode() : spec.errorCode(),
        spec.failReason() == null ? derived.failReason() : spec.failReason());
  }
}
