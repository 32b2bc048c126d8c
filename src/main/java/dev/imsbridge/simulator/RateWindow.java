package dev.imsbridge.simulator;

import java.time.Duration;

/**
 * Enforces a quota over a sliding window, estimated from the counts of the current and the previous
 * period. Refused calls count too, so a client that does not slow down stays throttled.
 * Thread-safe.
 */
final class RateWindow {
  private final int limit;
  private final long windowMillis;
  private long period = Long.MIN_VALUE;
  private long current;
  private long previous;

  /**
   * @param limit number of calls per window
   */
  RateWindow(int limit, Duration window) {
    this.limit = limit;
    windowMillis = window.toMillis();
  }

  /**
   * Counts a call and returns whether it is within the quota.
   *
   * @param now epoch milliseconds
   */
  synchronized boolean admit(long now) {
    long at = Math.floorDiv(now, windowMillis);
    if (at != period) {
      previous = at == period + 1 ? current : 0;
      current = 0;
      period = at;
    }
    current++;
    double rest = 1 - (double) Math.floorMod(now, windowMillis) / windowMillis;
    return previous * rest + current <= limit;
  }
}
