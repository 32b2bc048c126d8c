package dev.imsbridge.simulator;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Holds the faults in force and selects the fault that a request meets: the first that applies,
 * where faults of a single job come before faults of all jobs. Thread-safe.
 */
final class FaultSelector {
  private final long seed;
  private final AtomicInteger others = new AtomicInteger();
  private volatile List<ActiveFault> global;

  FaultSelector(long seed, List<InjectedFault> faults) {
    this.seed = seed;
    this.global = activate(faults);
  }

  static List<ActiveFault> activate(List<InjectedFault> faults) {
    return faults.stream().map(ActiveFault::new).toList();
  }

  List<ActiveFault> inForce() {
    return global;
  }

  synchronized void replace(List<InjectedFault> faults) {
    global = activate(faults);
  }

  synchronized void add(InjectedFault fault) {
    global = Stream.concat(global.stream(), Stream.of(new ActiveFault(fault))).toList();
  }

  /**
   * Returns the fault that a GET of a job meets.
   *
   * @param ordinal number of the GET of this job, from 1
   * @param now epoch milliseconds
   */
  Optional<InjectedFault> ofJob(SimulatedJob job, int ordinal, long now) {
    List<ActiveFault> own = job.faults();
    List<ActiveFault> all = global;
    if (own.isEmpty() && all.isEmpty()) {
      return Optional.empty();
    }
    SeededRandom random = SeededRandom.of(seed, job.plan().jobId()).derive("fault").derive(ordinal);
    long age = now - job.firstGet();
    Optional<InjectedFault> met =
        first(own, FaultTarget.JOBS, random.derive("own"), ordinal, age, now);
    return met.isPresent() ? met : first(all, FaultTarget.JOBS, random, ordinal, age, now);
  }

  /**
   * Returns the fault that a request to another endpoint meets.
   *
   * @param now epoch milliseconds
   */
  Optional<InjectedFault> of(FaultTarget target, long now) {
    List<ActiveFault> all = global;
    if (all.isEmpty()) {
      return Optional.empty();
    }
    int ordinal = others.incrementAndGet();
    SeededRandom random = SeededRandom.of(seed, target.name()).derive("fault").derive(ordinal);
    return first(all, target, random, ordinal, 0, now);
  }

  private static Optional<InjectedFault> first(
      List<ActiveFault> faults,
      FaultTarget target,
      SeededRandom random,
      int ordinal,
      long age,
      long now) {
    for (int i = 0; i < faults.size(); i++) {
      ActiveFault active = faults.get(i);
      if (active.fault().target() == target && active.meets(random.derive(i), ordinal, age, now)) {
        return Optional.of(active.fault());
      }
    }
    return Optional.empty();
  }
}
