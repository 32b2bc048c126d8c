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
 */
final class AdaptivePolicy implements PollPolicy {
  private static final double JITTER = 0.1;
  private static final double BACKOFF_RATIO = 0.1;
  private static final int MOST_TYPES = 256;
  private static final int FEWEST_JOBS = 5;
  private static final double NANOS = 1e9;

  private final double target;
  private final double floor;
  private final double ceiling;
  private final PollPolicy backoff;
  private final Map<String, Learned> types = new HashMap<>();

  /** What is known of one type; its plan is made anew when enough has been learned since. */
  private final class Learned {
    private final DurationSketch sketch = new DurationSketch();
    private InspectionPlan plan;
    private int news;

    void add(double seconds) {
      sketch.add(seconds);
      news++;
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
    if (learned == null || learned.sketch.weight() < FEWEST_JOBS) {
      return backoff.delayNanos(jobType, ageNanos, random);
    }
    double age = ageNanos / NANOS;
    InspectionPlan plan = learned.plan();
    if (!plan.covers(age)) {
      return backoff.delayNanos(jobType, ageNanos, random);
    }
    double delay = plan.delay(age);
    double jitter = JITTER * Math.min(delay, target) * (2 * random.nextDouble() - 1);
    return (long) (Math.max(floor, delay + jitter) * NANOS);
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
}
