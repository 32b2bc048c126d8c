package dev.imsbridge.ims;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Computes the wait after a failure: exponential backoff with full jitter. The wait is a random
 * value between zero and {@code base * 2^(failures-1)}, capped at {@code cap}. Has no state of its
 * own, so it is as thread-safe as its random source.
 */
public record Backoff(Duration base, Duration cap, RandomGenerator random) {
  public Backoff {
    if (base.isZero() || base.isNegative() || cap.compareTo(base) < 0) {
      throw new IllegalArgumentException(
          "backoff base " + base + " must be positive and at most the cap " + cap);
    }
  }

  /**
   * Returns a new random wait.
   *
   * @param failures consecutive failures, at least 1
   */
  public Duration delayAfter(int failures) {
    return Duration.ofNanos((long) (ceiling(failures).toNanos() * random.nextDouble()));
  }

  /** Returns the upper bound of the wait: {@code base * 2^(failures-1)}, at most {@code cap}. */
  Duration ceiling(int failures) {
    int doublings = Math.min(Math.max(failures, 1) - 1, 62);
    double nanos = Math.scalb((double) base.toNanos(), doublings);
    return nanos >= cap.toNanos() ? cap : Duration.ofNanos((long) nanos);
  }
}
