package dev.imsbridge.simulator;

import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * All jobs that were asked for or created, by id. A job starts when it is first looked at, unless
 * it was created before; a sub-job starts its root. Thread-safe. Some 350 bytes a job; jobs are
 * never forgotten.
 */
final class JobRegistry {
  private final JobPlanner planner;
  private final InstantSource clock;
  private final Map<String, SimulatedJob> entries = new ConcurrentHashMap<>();

  JobRegistry(JobPlanner planner, InstantSource clock) {
    this.planner = planner;
    this.clock = clock;
  }

  /** The job of that id, which starts now when nobody asked for it before. */
  SimulatedJob visit(String jobId) {
    SimulatedJob known = entries.get(jobId);
    if (known != null) {
      return known;
    }
    JobPlan plan = plan(jobId);
    long start = plan.isSubJob() ? visit(SubJobId.parentOf(jobId)).rootStart() : clock.millis();
    SimulatedJob fresh = new SimulatedJob(plan, start, List.of());
    SimulatedJob other = entries.putIfAbsent(jobId, fresh);
    return other == null ? fresh : other;
  }

  /** What becomes of that job; asking does not start it. */
  JobPlan plan(String jobId) {
    SimulatedJob known = entries.get(jobId);
    if (known != null) {
      return known.plan();
    }
    String parent = SubJobId.parentOf(jobId);
    if (parent != null) {
      for (JobPlan sub : plan(parent).subJobs()) {
        if (sub.jobId().equals(jobId)) {
          return sub;
        }
      }
    }
    return planner.plan(jobId);
  }

  /** How often the job was asked for. */
  int gets(String jobId) {
    SimulatedJob known = entries.get(jobId);
    return known == null ? 0 : known.gets();
  }

  /**
   * Starts a chosen job now.
   *
   * @return false when there is already a job of that id
   */
  boolean create(String jobId, JobSpec spec, List<ActiveFault> faults) {
    JobPlan plan = planner.plan(jobId, spec);
    return entries.putIfAbsent(jobId, new SimulatedJob(plan, clock.millis(), faults)) == null;
  }

  int size() {
    return entries.size();
  }

  /** Those asked for most often first. */
  Stream<SimulatedJob> byGets(int limit) {
    return entries.values().stream()
        .sorted(
            Comparator.comparingInt(SimulatedJob::gets)
                .reversed()
                .thenComparing(entry -> entry.plan().jobId()))
        .limit(limit);
  }
}
