package dev.imsbridge.poller.schedule;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** The same interval for jobs of any age, with a jitter of 10%. */
final class FixedPolicy implements PollPolicy {
  static final double JITTER = 0.1;

  private final long interval;

  FixedPolicy(Duration interval) {
    this.interval = interval.toNanos();
  }

  @Override
  public long delayNanos(String jobType, long ageNanos, RandomGenerator random) {
    return Jitter.around(interval, JITTER, random);
  }
}
