package dev.imsbridge.poller;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * An interval in proportion to the job's age, between a floor and a ceiling: polls grow apart
 * geometrically, and the end of a job is seen late by a bounded share of the time it took.
 *
 * <p>It goes by age, not by a count of polls, so that a restarted poller goes on as the one before
 * it and does not start over with short intervals for each job.
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
    // At either bound the jitter goes inwards: jobs of one age must not fall into step there.
    long spread = Math.round(random.nextDouble() * JITTER * floor);
    if (wanted <= floor) {
      return Math.min(ceiling, floor + spread);
    }
    return Math.max(floor, Math.min(wanted, Jitter.around(ceiling, JITTER, random)));
  }
}
