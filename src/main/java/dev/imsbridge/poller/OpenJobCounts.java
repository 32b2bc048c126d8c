package dev.imsbridge.poller;

import dev.imsbridge.poller.schedule.PollPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the open requested jobs by type and project at one point in time. A job is overlong if it
 * has run longer than 99 of 100 jobs of its type. Owned by one thread.
 */
final class OpenJobCounts {
  private final long nowMillis;
  private final PollPolicy policy;
  private final Map<Group, Count> groups = new HashMap<>();
  private final Map<String, Long> overlongAfterByType = new HashMap<>();

  /**
   * @param jobType null for jobs whose type is not known yet
   */
  private record Group(String jobType, String project) {}

  private static final class Count {
    private int jobs;
    private int overlong;
  }

  /**
   * @param nowMillis the wall-clock time in epoch milliseconds
   * @param policy provides the age above which a job is overlong
   */
  OpenJobCounts(long nowMillis, PollPolicy policy) {
    this.nowMillis = nowMillis;
    this.policy = policy;
  }

  /** Adds a watch. Ignores sub-jobs and watches whose final observation was already written. */
  void add(WatchState state) {
    if (state.phase == WatchState.Phase.PARKED || !state.root()) {
      return;
    }
    Count count =
        groups.computeIfAbsent(new Group(state.jobType, state.project.name()), key -> new Count());
    count.jobs++;
    // Computed once per type, because the policy may scan its whole histogram.
    long overlongAfterNanos =
        overlongAfterByType.computeIfAbsent(state.jobType, policy::overlongAfterNanos);
    count.overlong += state.ageNanos(nowMillis) > overlongAfterNanos ? 1 : 0;
  }

  /** Returns the counts, in no particular order. */
  List<PollerView.OpenJobs> counts() {
    return groups.entrySet().stream()
        .map(
            each ->
                new PollerView.OpenJobs(
                    each.getKey().jobType(),
                    each.getKey().project(),
                    each.getValue().jobs,
                    each.getValue().overlong))
        .toList();
  }
}
