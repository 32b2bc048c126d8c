package dev.imsbridge.simulator;

import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * All jobs that were requested or created, by id. A job starts at its creation or at its first GET;
 * the first GET of a sub-job starts its root job. Jobs stay in memory for the life of the
 * simulator, about 350 bytes each. Thread-safe.
 */
final class JobRegistry {
  private final JobPlanner planner;
  private final InstantSource clock;
  private final Map<String, SimulatedJob> jobs = new ConcurrentHashMap<>();

  JobRegistry(JobPlanner planner, InstantSource clock) {
    this.planner = planner;
    this.clock = clock;
  }

  /** Returns the job with this id, and starts it now if it is new. */
  SimulatedJob getOrStart(String jobId) {
    SimulatedJob known = jobs.get(jobId);
    if (known != null) {
      return known;
    }
    JobPlan plan = plan(jobId);
    long start =
        plan.isSubJob() ? getOrStart(SubJobId.parentOf(jobId)).rootStart() : clock.millis();
    SimulatedJob fresh = new SimulatedJob(plan, start, List.of());
    SimulatedJob other = jobs.putIfAbsent(jobId, fresh);
    return other == null ? fresh : other;
  }

  /** Returns whether a job with this id, or the parent of such a sub-job, exists already. */
  boolean knows(String jobId) {
    String parent = SubJobId.parentOf(jobId);
    return jobs.containsKey(jobId)
        || (parent != null && jobs.containsKey(parent) && plan(jobId).isSubJob());
  }

  /** Returns the plan of a job without starting it. */
  JobPlan plan(String jobId) {
    SimulatedJob known = jobs.get(jobId);
    if (known != null) {
      return known.plan();
    }
    String parent = SubJobId.parentOf(jobId);
    List<JobPlan> siblings = parent == null ? List.of() : plan(parent).subJobs();
    return siblings.stream()
        .filter(sub -> sub.jobId().equals(jobId))
        .findFirst()
        .orElseGet(() -> planner.plan(jobId));
  }

  /** Returns the number of GETs of a job. */
  int gets(String jobId) {
    SimulatedJob known = jobs.get(jobId);
    return known == null ? 0 : known.gets();
  }

  /**
   * Starts a job with the given properties now.
   *
   * @return false if a job with this id exists already
   */
  boolean create(String jobId, JobSpec spec) {
    JobPlan plan = planner.plan(jobId, spec);
    List<ActiveFault> faults = FaultSelector.activate(spec.faults());
    return jobs.putIfAbsent(jobId, new SimulatedJob(plan, clock.millis(), faults)) == null;
  }

  int size() {
    return jobs.size();
  }

  /** Returns the jobs with the most GETs, in descending order. */
  Stream<SimulatedJob> byGets(int limit) {
    return jobs.values().stream()
        .sorted(
            Comparator.comparingInt(SimulatedJob::gets)
                .reversed()
                .thenComparing(entry -> entry.plan().jobId()))
        .limit(limit);
  }
}
