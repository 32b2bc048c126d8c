package dev.imsbridge.simulator;

import java.util.concurrent.atomic.AtomicInteger;

/** An injected fault and its remaining count and quota. Thread-safe. */
final class ActiveFault {
  private final InjectedFault fault;
  private final AtomicInteger left;
  private final RateWindow window;

  ActiveFault(InjectedFault fault) {
    this.fault = fault;
    left = new AtomicInteger(fault.count());
    window =
        fault.type() == FaultType.RATE_LIMIT ? new RateWindow(fault.limit(), fault.window()) : null;
  }

  InjectedFault fault() {
    return fault;
  }

  /** The number of requests that can still meet it; 0 for a fault without a limit. */
  int left() {
    return left.get();
  }

  /**
   * Returns whether a request meets the fault. If so, the request uses up one of its count.
   *
   * @param chance random numbers for this request and this fault only
   * @param ordinal number of the GET of its job, from 1
   * @param age milliseconds since the first GET of the job
   * @param now epoch milliseconds
   */
  boolean meets(SeededRandom chance, int ordinal, long age, long now) {
    if (!current(age) || (fault.type() == FaultType.STALE && ordinal == 1)) {
      return false;
    }
    if (fault.probability() < 1 && !chance.chance(fault.probability())) {
      return false;
    }
    if (window != null && window.admit(now)) {
      return false;
    }
    return fault.count() == 0 || left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
  }

  private boolean current(long age) {
    long begin = fault.after().toMillis();
    return age >= begin && (fault.lasting() == null || age < begin + fault.lasting().toMillis());
  }
}
