package dev.imsbridge.simulator;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A job that was requested or created: its plan, its start, its faults and the number of GETs.
 * Thread-safe.
 */
final class SimulatedJob {
  private final JobPlan plan;
  private final long rootStart;
  private final AtomicInteger gets = new AtomicInteger();
  private volatile List<ActiveFault> faults;
  private volatile long firstGet;

  /**
   * @param rootStart start of the root job in epoch milliseconds
   */
  SimulatedJob(JobPlan plan, long rootStart, List<ActiveFault> faults) {
    this.plan = plan;
    this.rootStart = rootStart;
    firstGet = rootStart;
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

  /** Returns the epoch milliseconds of the first GET; before it, the start of the root job. */
  long firstGet() {
    return firstGet;
  }

  /**
   * Counts a GET.
   *
   * @param now epoch milliseconds
   * @return the number of this GET, from 1
   */
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
