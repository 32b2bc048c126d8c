package dev.imsbridge.poller.schedule;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * An interval proportional to the job's age, with a floor and a ceiling. The intervals grow
 * geometrically, so the delay in finding the end of a job is a bounded fraction of its duration.
 *
 * <p>The interval depends on the age and not on the number of polls. A restarted poller therefore
 * continues with the same intervals and does not start again with short ones.
 */
public final class BackoffPolicy implements PollPolicy {
  private static final double JITTER = 0.2;

  private final long floor;
  private final long ceiling;
  private final double ratio;

  /**
   * @param floor at most {@code ceiling}
   * @param ratio the interval divided by the age, such as 0.1
   */
  public BackoffPolicy(Duration floor, Duration ceiling, double ratio) {
    this.floor = floor.toNanos();
    this.ceiling = ceiling.toNanos();
    this.ratio = ratio;
  }

  @Override
  public long delayNanos(String jobType, long ageNanos, RandomGenerator random) {
    // Jobs of the same age must not poll in step, also not at the floor and at the ceiling. Both
    // are guaranteed, so the jitter only adds to the floor and only takes from the ceiling.
    double wanted = ageNanos * ratio * random.nextDouble(1 - JITTER, 1 + JITTER);
    double least = floor * random.nextDouble(1, 1 + JITTER);
    double most = ceiling * random.nextDouble(1 - JITTER, 1);
    return Math.min(
        ceiling, Math.max(floor, Math.round(wanted <= floor ? least : Math.min(wanted, most))));
  }
}
