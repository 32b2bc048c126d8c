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
final class BackoffPolicy implements PollPolicy {
  static final double JITTER = 0.2;

  private final long floor;
  private final long ceiling;
  private final double ratio;

  BackoffPolicy(Duration floor, Duration ceiling, double ratio) {
    this.floor = floor.toNanos();
    this.ceiling = ceiling.toNanos();
    this.ratio = ratio;
  }

  @Override
  public long delayNanos(String jobType, long ageNanos, RandomGenerator random) {
    long wanted = Jitter.around((long) (ageNanos * ratio), JITTER, random);
    // Jobs of the same age must not poll in step. At the floor the jitter only adds to the
    // interval; at the ceiling it varies the ceiling in both directions.
    long spread = Math.round(random.nextDouble() * JITTER * floor);
    if (wanted <= floor) {
      return Math.min(ceiling, floor + spread);
    }
    return Math.max(floor, Math.min(wanted, Jitter.around(ceiling, JITTER, random)));
  }
}
