package dev.imsbridge.poller;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Decides when to ask for a job again. Owned by one thread, that of the poller's loop;
 * implementations do no I/O and read no clock, so that a schedule of hours can be tried in
 * milliseconds.
 *
 * <p>All times are nanoseconds.
 */
public interface PollPolicy {
  /** Whoever asked for a job hears of it within that time, unless the budget is short. */
  Duration LONGEST_FIRST_DELAY = Duration.ofSeconds(15);

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

  /**
   * How long after a root job's watch was opened its first GET is made. The first answer tells the
   * type of the job, and its first status: only a policy that expects it to tell of the end waits.
   *
   * @param random where jitter comes from
   * @return not negative; at most {@link #LONGEST_FIRST_DELAY}
   */
  default long firstDelayNanos(RandomGenerator random) {
    return 0;
  }

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

  /** Whether it has use for what was learned before: {@link #learn} and {@link #learnWait}. */
  default boolean learns() {
    return false;
  }

  /** Takes notice of a job that has ended. The same job may be told of more than once. */
  default void learn(String jobType, long durationNanos) {}

  /** Takes notice of how long after its watch was opened a root job ended. Not negative. */
  default void learnWait(long waitNanos) {}
}
