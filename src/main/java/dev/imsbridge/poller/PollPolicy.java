package dev.imsbridge.poller;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Decides when to ask for a job again. Owned by one thread, that of the poller's loop;
 * implementations do no I/O and read no clock, so that a schedule of hours can be tried in
 * milliseconds.
 *
 * <p>All times are nanoseconds. The first GET of a watch is made at once and is no matter of
 * policy.
 */
public interface PollPolicy {

  /**
   * How long to wait from now until the next GET of a job that has not ended.
   *
   * @param jobType null while no answer has told it
   * @param ageNanos since the job began, or since its watch was opened where the beginning is
   *     unknown; never negative
   * @param random where jitter comes from
   * @return positive
   */
  long delayNanos(String jobType, long ageNanos, RandomGenerator random);

  /** A fixed interval. */
  static PollPolicy fixed(Duration interval) {
    return new FixedPolicy(interval);
  }

  /**
   * An interval that grows with the job's age.
   *
   * @param ratio the interval as a part of the age, such as 0.1
   */
  static PollPolicy backoff(Duration floor, Duration ceiling, double ratio) {
    return new BackoffPolicy(floor, ceiling, ratio);
  }

  /**
   * Intervals by what is learned of each type of job.
   *
   * @param target how late the end of a job may be found, in 19 of 20 cases
   */
  static PollPolicy adaptive(Duration target, Duration floor, Duration ceiling) {
    return new AdaptivePolicy(target, floor, ceiling);
  }

  /** Whether it has use for {@link #learn}. */
  default boolean learns() {
    return false;
  }

  /** Takes notice of a job that has ended. The same job may be told of more than once. */
  default void learn(String jobType, long durationNanos) {}
}
