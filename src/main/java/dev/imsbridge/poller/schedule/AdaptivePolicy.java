package dev.imsbridge.poller.schedule;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Polls a job when its end is likely. Learns the durations of each job type and builds an {@link
 * InspectionPlan} from them. The plan has one parameter: how late an end may be found. If a type
 * has too little history, or a job runs longer than any learned duration, the interval is
 * proportional to the age of the job. At most 256 types are learned; further ones are treated as
 * types without history.
 *
 * <p>The type of a job is known only after its first GET. The time of the first GET is therefore
 * planned from the durations of all root jobs. If many of them end within seconds, an immediate GET
 * would cost a second GET for each.
 */
public final class AdaptivePolicy implements PollPolicy {
  private static final double JITTER = 0.1;
  private static final double BACKOFF_RATIO = 0.1;
  private static final int MAX_TYPES = 256;
  private static final int MIN_JOBS = 5;

  /** A percentile needs enough jobs that at least one is above it. */
  private static final int MIN_JOBS_FOR_P95 = 20;

  private static final int MIN_JOBS_FOR_P99 = 100;

  /** An immediate GET is better if fewer jobs than this share have ended by the planned one. */
  private static final double MIN_SHARE_ENDED = 1 / 3.0;

  private static final double NANOS = 1e9;

  private final double target;
  private final double floor;
  private final double ceiling;
  private final PollPolicy backoff;
  private final Map<String, Learned> types = new HashMap<>();
  private final Learned waits = new Learned();

  /**
   * The durations of one type, or the times from the opening of a watch to the end of its job. The
   * plan is rebuilt after enough new durations.
   */
  private final class Learned {
    private final DurationSketch sketch = new DurationSketch();
    private InspectionPlan plan;
    private int newDurations;

    void add(double seconds) {
      sketch.add(seconds);
      newDurations++;
    }

    boolean hasEnoughJobs() {
      return sketch.weight() >= MIN_JOBS;
    }

    InspectionPlan plan() {
      if (plan == null || newDurations >= Math.max(1, sketch.weight() / 10)) {
        plan = new InspectionPlan(sketch, target, floor, ceiling);
        newDurations = 0;
      }
      return plan;
    }
  }

  /**
   * @param target how late the end of a job may be found, in 95% of the cases
   * @param floor the shortest interval
   * @param ceiling the longest interval
   */
  public AdaptivePolicy(Duration target, Duration floor, Duration ceiling) {
    this.target = target.toNanos() / NANOS;
    this.floor = floor.toNanos() / NANOS;
    this.ceiling = ceiling.toNanos() / NANOS;
    Duration first = target.dividedBy(2).compareTo(floor) > 0 ? target.dividedBy(2) : floor;
    backoff =
        new BackoffPolicy(first.compareTo(ceiling) < 0 ? first : ceiling, ceiling, BACKOFF_RATIO);
  }

  @Override
  public long delayNanos(String jobType, long ageNanos, RandomGenerator random) {
    Learned learned = jobType == null ? null : types.get(jobType);
    if (learned == null || !learned.hasEnoughJobs()) {
      return backoff.delayNanos(jobType, ageNanos, random);
    }
    double age = ageNanos / NANOS;
    InspectionPlan plan = learned.plan();
    if (!plan.covers(age)) {
      return backoff.delayNanos(jobType, ageNanos, random);
    }
    double delay = jittered(plan.delay(age), random);
    return (long) (Math.max(floor, Math.min(ceiling, delay)) * NANOS);
  }

  @Override
  public long firstDelayNanos(RandomGenerator random) {
    if (!waits.hasEnoughJobs()) {
      return 0;
    }
    InspectionPlan plan = waits.plan();
    // Wait no longer than until all learned jobs had ended. The factor keeps negative jitter from
    // moving the GET before that time.
    double delay = Math.min(plan.delay(0), plan.end() * (1 + JITTER));
    if (plan.endedBy(delay) < MIN_SHARE_ENDED) {
      return 0;
    }
    return Math.min((long) (jittered(delay, random) * NANOS), MAX_FIRST_DELAY.toNanos());
  }

  private double jittered(double delay, RandomGenerator random) {
    return delay + Math.min(delay, target) * random.nextDouble(-JITTER, JITTER);
  }

  @Override
  public boolean learns() {
    return true;
  }

  @Override
  public void learn(String jobType, long durationNanos) {
    if (types.size() < MAX_TYPES || types.containsKey(jobType)) {
      types.computeIfAbsent(jobType, type -> new Learned()).add(durationNanos / NANOS);
    }
  }

  @Override
  public Expectation expect(String jobType, long ageNanos) {
    Learned learned = jobType == null ? null : types.get(jobType);
    if (learned == null) {
      return Expectation.UNKNOWN;
    }
    double age = ageNanos / NANOS;
    double comparable = learned.sketch.weightFrom(age);
    return new Expectation(
        comparable < MIN_JOBS ? null : remaining(learned, age, 0.5),
        comparable < MIN_JOBS_FOR_P95 ? null : remaining(learned, age, 0.95),
        learned.sketch.weight() < MIN_JOBS_FOR_P99 ? null : ageNanos > overlongAfterNanos(jobType),
        (int) Math.round(learned.sketch.weight()));
  }

  private static Duration remaining(Learned learned, double age, double share) {
    double seconds = Math.max(0, learned.sketch.quantileFrom(age, share) - age);
    return Duration.ofMillis(Math.round(seconds * 1_000));
  }

  @Override
  public long overlongAfterNanos(String jobType) {
    Learned learned = jobType == null ? null : types.get(jobType);
    return learned == null || learned.sketch.weight() < MIN_JOBS_FOR_P99
        ? Long.MAX_VALUE
        : (long) (DurationSketch.edge(learned.sketch.quantileBucket(0.99) + 1) * NANOS);
  }

  @Override
  public void learnWait(long waitNanos) {
    waits.add(waitNanos / NANOS);
  }
}
