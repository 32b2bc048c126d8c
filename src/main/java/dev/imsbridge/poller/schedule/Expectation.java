package dev.imsbridge.poller.schedule;

import java.time.Duration;

/**
 * When a running job is expected to end, judged by the durations of earlier jobs of its type. A
 * value is null if too few of these jobs were seen to state it. Immutable.
 *
 * @param median the time after which half of the comparable jobs had ended; comparable are jobs
 *     that ran at least as long as this one has
 * @param percentile95 the time after which 95 of 100 comparable jobs had ended
 * @param overlong whether the job has run longer than 99 of 100 jobs of its type
 * @param jobs the number of earlier jobs that the estimate uses
 */
public record Expectation(Duration median, Duration percentile95, Boolean overlong, int jobs) {
  /** The expectation of a policy that has learned nothing. */
  public static final Expectation UNKNOWN = new Expectation(null, null, null, 0);
}
