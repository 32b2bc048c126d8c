package dev.imsbridge.ims;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after a failure: exponential with full jitter, that is anything between nothing
 * and {@code base * 2^(failures-1)}, at most {@code cap}. Pure but for the random source.
 */
public record Backoff(Duration base, Duration cap, RandomGenerator random) {
  public Backoff {
    if (base.isZero() || base.isNegative() || cap.compareTo(base) < 0) {
      throw new IllegalArgumentException("a backoff goes up from a base above zero to its cap");
    }
  }

  /**
   * The wait after some failures, drawn afresh.
   *
   * @param failures failures in a row, at least 1
   */
  public Duration after(int failures) {
    return Duration.ofNanos((long) (ceiling(failures).toNanos() * random.nextDouble()));
  }

  Duration ceiling(int failures) {
    int doublings = Math.min(Math.max(failures, 1) - 1, 62);
    double nanos = Math.scalb((double) base.toNanos(), doublings);
    return nanos >= cap.toNanos() ? cap : Duration.ofNanos((long) nanos);
  }
}
