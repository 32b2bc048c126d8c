package dev.imsbridge.history;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Lets a number of events pass a second, evenly: what was missed for lack of events is not made up
 * for. Owned by one thread.
 */
public final class Pace {
  private static final double SECOND = 1e9;
  // What a thread that waits may oversleep is caught up with.
  private static final double SLACK = SECOND / 20;

  private final double interval;
  private final LongSupplier nanos;
  private final LongConsumer wait;
  private double next = Double.NEGATIVE_INFINITY;

  Pace(double perSecond, LongSupplier nanos, LongConsumer wait) {
    interval = SECOND / perSecond;
    this.nanos = nanos;
    this.wait = wait;
  }

  /**
   * @param perSecond above zero; infinity for no limit
   */
  public static Pace of(double perSecond) {
    long start = System.nanoTime();
    return new Pace(perSecond, () -> System.nanoTime() - start, LockSupport::parkNanos);
  }

  /** Returns when the next event may pass. */
  void await() {
    if (interval == 0) {
      return;
    }
    long now = nanos.getAsLong();
    next = Math.max(next, now - SLACK);
    while (now < next && !Thread.currentThread().isInterrupted()) {
      wait.accept((long) Math.ceil(next - now));
      now = nanos.getAsLong();
    }
    next += interval;
  }
}
