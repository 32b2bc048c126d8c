package dev.imsbridge.history.replay;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Limits events to an even rate per second. Time without events does not allow a burst later. Owned
 * by one thread.
 */
public final class EventRate {
  private static final double SECOND = 1e9;
  // A wake-up that is late by up to 50 ms does not lower the rate.
  private static final double SLACK = SECOND / 20;

  private final double interval;
  private final LongSupplier nanos;
  private final LongConsumer wait;
  private double next = Double.NEGATIVE_INFINITY;

  EventRate(double perSecond, LongSupplier nanos, LongConsumer wait) {
    interval = SECOND / perSecond;
    this.nanos = nanos;
    this.wait = wait;
  }

  /**
   * @param perSecond the rate in events per second, above zero; infinity for no limit
   */
  public static EventRate of(double perSecond) {
    long start = System.nanoTime();
    return new EventRate(perSecond, () -> System.nanoTime() - start, LockSupport::parkNanos);
  }

  /** Waits until the next event may pass. Returns early if the thread is interrupted. */
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
