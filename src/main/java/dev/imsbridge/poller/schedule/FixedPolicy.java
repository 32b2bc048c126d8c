package dev.imsbridge.poller.schedule;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** The same interval for jobs of any age, with a jitter of plus or minus 10%. */
public record FixedPolicy(Duration interval) implements PollPolicy {
  @Override
  public long delayNanos(String jobType, long ageNanos, RandomGenerator random) {
    return Math.round(interval.toNanos() * random.nextDouble(0.9, 1.1));
  }
}
