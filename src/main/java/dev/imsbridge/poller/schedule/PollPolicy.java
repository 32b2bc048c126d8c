package dev.imsbridge.poller.schedule;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Decides when to request a job again. Owned by one thread, the poller's loop. Implementations do
 * no I/O and read no clock, so a test can simulate hours within milliseconds.
 *
 * <p>All times are nanoseconds.
 */
public interface PollPolicy {
  /**
   * The upper bound of the first delay. A requested job is first polled within this time, unless
   * the budget is exhausted.
   */
  Duration MAX_FIRST_DELAY = Duration.ofSeconds(15);

  /**
   * Returns the wait from now until the next GET of a job that has not ended.
   *
   * @param jobType null until an answer has named it
   * @param ageNanos the time since the job began, or since its watch was opened if the begin is
   *     unknown; never negative
   * @param random the source of jitter
   * @return positive
   */
  long delayNanos(String jobType, long ageNanos, RandomGenerator random);

  /**
   * Returns the wait between the opening of a root job's watch and its first GET. The first answer
   * gives the job's type and its first status, so only a policy that expects the job to end soon
   * should wait.
   *
   * @param random the source of jitter
   * @return not negative; at most {@link #MAX_FIRST_DELAY}
   */
  default long firstDelayNanos(RandomGenerator random) {
    return 0;
  }

  /** Returns whether the policy uses earlier durations: {@link #learn} and {@link #learnWait}. */
  default boolean learns() {
    return false;
  }

  /** Records the duration of a job that has ended. The same job may be reported more than once. */
  default void learn(String jobType, long durationNanos) {}

  /**
   * Records the time between the opening of a root job's watch and the end of the job. Not
   * negative.
   */
  default void learnWait(long waitNanos) {}

  /**
   * Returns when a running job is expected to end.
   *
   * @param jobType null until an answer has named it
   * @param ageNanos see {@link #delayNanos}
   */
  default Expectation expect(String jobType, long ageNanos) {
    return Expectation.UNKNOWN;
  }

  /**
   * Returns the age above which a job has run longer than 99 of 100 jobs of its type; {@link
   * Long#MAX_VALUE} if too few of them were seen.
   *
   * @param jobType null until an answer has named it
   */
  default long overlongAfterNanos(String jobType) {
    return Long.MAX_VALUE;
  }
}
