package dev.imsbridge.simulator;

import java.util.concurrent.atomic.AtomicInteger;

/** An injected fault and what it has used up so far. Thread-safe. */
final class ActiveFault {
  private final InjectedFault fault;
  private final AtomicInteger left;
  private final RateWindow window;

  ActiveFault(InjectedFault fault) {
    this.fault = fault;
    left = new AtomicInteger(fault.count());
    window = fault.type() == FaultType.RATE_LIMIT ? new RateWindow(fault.quota()) : null;
  }

  InjectedFault fault() {
    return fault;
  }

  /** How many requests it may still meet; 0 with an unbounded one. */
  int left() {
    return left.get();
  }

  /**
   * Whether this request meets the fault.
   *
   * @param chance for this request and this fault alone
   * @param ordinal which GET of its job it is, from 1 on
   * @param age milliseconds since the first of them
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
