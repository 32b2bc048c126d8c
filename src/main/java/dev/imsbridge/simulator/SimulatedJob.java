package dev.imsbridge.simulator;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * One job that somebody asked for or created. Thread-safe: all but the count of GETs and the faults
 * is settled at its start.
 */
final class SimulatedJob {
  private static final long NEVER = Long.MIN_VALUE;

  private final JobPlan plan;
  private final long rootStart;
  private final AtomicInteger gets = new AtomicInteger();
  private volatile List<ActiveFault> faults;
  private volatile long firstGet = NEVER;

  /**
   * @param rootStart epoch milliseconds
   */
  SimulatedJob(JobPlan plan, long rootStart, List<ActiveFault> faults) {
    this.plan = plan;
    this.rootStart = rootStart;
    this.faults = List.copyOf(faults);
  }

  JobPlan plan() {
    return plan;
  }

  long rootStart() {
    return rootStart;
  }

  int gets() {
    return gets.get();
  }

  /** Epoch milliseconds of the first GET; the root's start before there was one. */
  long firstGet() {
    long first = firstGet;
    return first == NEVER ? rootStart : first;
  }

  /** Counts one more GET, at {@code now}, and says which it is, from 1 on. */
  int countGet(long now) {
    int ordinal = gets.incrementAndGet();
    if (ordinal == 1) {
      firstGet = now;
    }
    return ordinal;
  }

  List<ActiveFault> faults() {
    return faults;
  }

  synchronized void add(ActiveFault fault) {
    faults = Stream.concat(faults.stream(), Stream.of(fault)).toList();
  }
}
