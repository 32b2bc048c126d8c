package dev.imsbridge.simulator;

/**
 * A quota over a sliding window, estimated from the counts of this period and the one before. A
 * refused call counts as well, so that who hammers stays locked out. Thread-safe.
 */
final class RateWindow {
  private final int limit;
  private final long windowMillis;
  private long period = Long.MIN_VALUE;
  private long current;
  private long previous;

  RateWindow(CallQuota quota) {
    limit = quota.limit();
    windowMillis = quota.window().toMillis();
  }

  /**
   * Counts a call at {@code now}, in epoch milliseconds, and says whether it is within the quota.
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
