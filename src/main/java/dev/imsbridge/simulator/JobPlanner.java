package dev.imsbridge.simulator;

import dev.imsbridge.simulator.ImsJobType.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decides what becomes of a job: the same seed, speed, id and wishes always give the same plan.
 * Stateless and thread-safe.
 */
final class JobPlanner {
  private static final double FAILING_SHARE = 0.1;
  private static final int MOST_DERIVED_SUB_JOBS = 8;
  private static final List<ImsJobType> CHILDLESS =
      Arrays.stream(ImsJobType.values()).filter(type -> !type.hasSubJobs()).toList();

  private static final List<SubJobListing> LISTINGS = List.of(SubJobListing.values());

  private final long seed;
  private final double speed;

  /**
   * @param speed how much faster than in the cloud jobs pass
   */
  JobPlanner(long seed, double speed) {
    this.seed = seed;
    this.speed = speed;
  }

  JobPlan plan(String jobId) {
    return plan(jobId, JobSpec.derived());
  }

  JobPlan plan(String jobId, JobSpec spec) {
    Dice dice = Dice.of(seed, jobId);
    ImsJobType type = spec.type() == null ? type(jobId, dice.on("type")) : spec.type();
    double length =
        spec.duration() == null
            ? type.durations().sampleMillis(dice.on("duration"))
            : spec.duration().toMillis();
    double init = Math.min(dice.on("init").between(1000, 5000), 0.2 * length);
    boolean succeeds =
        spec.succeeds() == null ? !dice.on("fate").chance(FAILING_SHARE) : spec.succeeds();
    if (type.hasSubJobs()) {
      return parent(jobId, type, spec, dice, init, length, succeeds);
    }
    Failure failure = succeeds ? null : failure(type.shape(), spec, dice);
    return job(jobId, type.wireName(), type.shape(), 0, init, length, failure);
  }

  /** How long a job of that type takes at most, when it is none of the unusually long ones. */
  long usualMillis(ImsJobType type) {
    return scaled(type.durations().high() * 1000);
  }

  private JobPlan parent(
      String jobId,
      ImsJobType type,
      JobSpec spec,
      Dice dice,
      double init,
      double length,
      boolean succeeds) {
    int count =
        spec.subJobs() == null
            ? 1 + dice.on("sub-jobs").below(MOST_DERIVED_SUB_JOBS)
            : spec.subJobs();
    SubJobListing listing =
        spec.listing() == null ? dice.on("listing").pick(LISTINGS) : spec.listing();
    int culprit = succeeds ? -1 : dice.on("culprit").below(count);
    double wait =
        type.shape() == Shape.OVA
            ? dice.on("wait").between(90_000, 125_000)
            : dice.on("wait").between(300, 1_300);
    double firstStart = init + Math.min(wait, 0.2 * length);
    double lastEnd = length - dice.on("gap").unit() * Math.min(25_000, 0.05 * length);
    int last = dice.on("last").below(count);

    List<JobPlan> subJobs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Dice own = dice.on("sub-job").on(i);
      double start = firstStart + own.on("stagger").unit() * 0.05 * length;
      double end = start + (i == last ? 1 : own.on("length").between(0.5, 1)) * (lastEnd - start);
      double running = start + Math.min(own.on("init").between(300, 3000), 0.1 * (end - start));
      boolean fails = i == culprit || (!succeeds && own.on("fate").chance(0.2));
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
    if (!succeeds && spec.duration() == null && dice.on("hasty").chance(0.5)) {
      // Some parents give up at the first failure, while their other sub-jobs go on.
      long gap = scaled(length - lastEnd);
      end = Math.min(end, subJobs.get(culprit).endMillis() + gap);
    }
    return new JobPlan(
        jobId,
        type.wireName(),
        type.shape(),
        0,
        scaled(init),
        end,
        succeeds ? null : orDefault(spec, Failure.OF_SUB_JOB),
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
      Failure failure) {
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

  private static ImsJobType type(String jobId, Dice dice) {
    List<ImsJobType> possible =
        jobId.length() > SubJobId.LONGEST_PARENT ? CHILDLESS : List.of(ImsJobType.values());
    return dice.pick(possible);
  }

  private static Failure failure(Shape shape, JobSpec spec, Dice dice) {
    return orDefault(spec, Failure.thrown(shape, dice.on("failure")));
  }

  private static Failure orDefault(JobSpec spec, Failure thrown) {
    return new Failure(
        spec.errorCode() == null ? thrown.errorCode() : spec.errorCode(),
        spec.failReason() == null ? thrown.failReason() : spec.failReason());
  }
}
