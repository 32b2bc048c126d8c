package dev.imsbridge.poller.schedule;

import java.util.random.RandomGenerator;

/** Spreads polls that would otherwise happen in step. */
final class Jitter {
  private Jitter() {}

  /**
   * Returns a random value between {@code nanos * (1 - fraction)} and {@code nanos * (1 +
   * fraction)}.
   */
  static long around(long nanos, double fraction, RandomGenerator random) {
    return Math.round(nanos * (1 + fraction * (2 * random.nextDouble() - 1)));
  }
}
