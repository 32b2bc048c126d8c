package dev.imsbridge.poller;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Spends its polls where an end is likely: it learns how long each type of job takes, and makes an
 * {@link InspectionPlan} of it, whose one knob is how late an end may be found. Jobs of a type it
 * knows too little of, and jobs that outlive what it knows, are polled with an interval in
 * proportion to their age.
 *
 * <p>What type a job has is known after its first GET. That one is planned by how soon all root
 * jobs were over: where that takes many of them seconds only, a GET at once would mean a second one
 * for each.
 */
final class AdaptivePolicy implements PollPolicy {
  private static final double JITTER = 0.1;
  private static final double BACKOFF_RATIO = 0.1;
  private static final int MOST_TYPES = 256;
  private static final int FEWEST_JOBS = 5;
  private static final double WORTH_WAITING = 1 / 3.0;
  private static final double NANOS = 1e9;

  private final double target;
  private final double floor;
  private final double ceiling;
  private final PollPolicy backoff;
  private final Map<String, Learned> types = new HashMap<>();
  private final Learned waits = new Learned();

  /**
   * What is known of one type, or of waits; its plan is made anew when enough has been learned
   * since.
   */
  private final class Learned {
    private final DurationSketch sketch = new DurationSketch();
    private InspectionPlan plan;
    private int news;

    void add(double seconds) {
      sketch.add(seconds);
      news++;
    }

    boolean known() {
      return sketch.weight() >= FEWEST_JOBS;
    }

    InspectionPlan plan() {
      if (plan == null || news >= Math.max(1, sketch.weight() / 10)) {
        plan = new InspectionPlan(sketch, target, floor, ceiling);
        news = 0;
      }
      return plan;
    }
  }

  AdaptivePolicy(Duration target, Duration floor, Duration ceiling) {
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
    if (learned == null || !learned.known()) {
      return backoff.delayNanos(jobType, ageNanos, random);
    }
    double age = ageNanos / NANOS;
    InspectionPlan plan = learned.plan();
    if (!plan.covers(age)) {
      return backoff.delayNanos(jobType, ageNanos, random);
    }
    return (long) (Math.max(floor, jittered(plan.delay(age), random)) * NANOS);
  }

  @Override
  public long firstDelayNanos(RandomGenerator random) {
    if (!waits.known()) {
      return 0;
    }
    InspectionPlan plan = waits.plan();
    // Once all are over there is nothing to wait for; jitter must not bring it before that.
    double delay = Math.min(plan.delay(0), plan.end() * (1 + JITTER));
    if (plan.endedBy(delay) < WORTH_WAITING) {
      return 0;
    }
    return Math.min((long) (jittered(delay, random) * NANOS), LONGEST_FIRST_DELAY.toNanos());
  }

  private double jittered(double delay, RandomGenerator random) {
    return delay + JITTER * Math.min(delay, target) * (2 * random.nextDouble() - 1);
  }

  @Override
  public boolean learns() {
    return true;
  }

  @Override
  public void learn(String jobType, long durationNanos) {
    if (types.size() < MOST_TYPES || types.containsKey(jobType)) {
      types.computeIfAbsent(jobType, type -> new Learned()).add(durationNanos / NANOS);
    }
  }

  @Override
  public void learnWait(long waitNanos) {
    waits.add(waitNanos / NANOS);
  }
}
