package dev.imsbridge.poller.schedule;

import java.time.Duration;

/**
 * When a running job is expected to end, estimated from the durations of earlier jobs of its type.
 * A value is null if there are too few of them. Immutable.
 *
 * @param median the median remaining time, from now, of the comparable jobs. A job is comparable if
 *     it ran at least as long as this one.
 * @param percentile95 the 95th percentile of the remaining time
 * @param overlong whether the job has run longer than 99 of 100 jobs of its type
 * @param jobs the number of earlier jobs of the type, with reduced weight for older ones
 */
public record Expectation(Duration median, Duration percentile95, Boolean overlong, int jobs) {
  /** The expectation of a policy that has learned nothing. */
  public static final Expectation UNKNOWN = new Expectation(null, null, null, 0);
}
