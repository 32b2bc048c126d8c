package dev.imsbridge.poller;

import dev.imsbridge.poller.schedule.PollPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the requested jobs by type and project, at one moment. Sub-jobs do not count. Owned by one
 * thread.
 */
final class OpenJobCounts {
  private final long nowMillis;
  private final PollPolicy policy;
  private final Map<Group, Count> groups = new HashMap<>();
  private final Map<String, Long> overlongAfter = new HashMap<>();

  private record Group(String jobType, String project) {}

  private static final class Count {
    private int jobs;
    private int overlong;
  }

  /**
   * @param nowMillis the wall-clock time in epoch milliseconds
   * @param policy knows how long jobs of a type take
   */
  OpenJobCounts(long nowMillis, PollPolicy policy) {
    this.nowMillis = nowMillis;
    this.policy = policy;
  }

  /** Adds a watch, unless it is the watch of a sub-job or its end was written. */
  void add(WatchState state) {
    if (state.phase == WatchState.Phase.PARKED || !state.root()) {
      return;
    }
    Count count =
        groups.computeIfAbsent(new Group(state.jobType, state.project.name()), key -> new Count());
    count.jobs++;
    // Once per type: the policy may search all that it has learned.
    long longest = overlongAfter.computeIfAbsent(state.jobType, this::overlongAfter);
    count.overlong += state.ageNanos(nowMillis) > longest ? 1 : 0;
  }

  private long overlongAfter(String jobType) {
    return policy.overlongAfterNanos(jobType);
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
