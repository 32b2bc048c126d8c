package dev.imsbridge.ims;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Computes the wait after a failure: exponential backoff with full jitter. The wait is a random
 * value between zero and {@code base * 2^(failures-1)}, capped at {@code cap}. Pure except for the
 * random source.
 */
public record Backoff(Duration base, Duration cap, RandomGenerator random) {
  public Backoff {
    if (base.isZero() || base.isNegative() || cap.compareTo(base) < 0) {
      throw new IllegalArgumentException("a backoff goes up from a base above zero to its cap");
    }
  }

  /**
   * Returns a new random wait.
   *
   * @param failures consecutive failures, at least 1
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
