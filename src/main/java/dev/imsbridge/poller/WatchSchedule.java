package dev.imsbridge.poller;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;

/**
 * Queues each watch twice: for its next GET, in the queue of its project, and here for its
 * deadline, then for the end of its grace period. A parked watch is only queued here, for the time
 * when its tombstone is late. Owned by the loop's thread.
 *
 * <p>A watch past its deadline is due at once, and expires if its job has not ended. While GETs
 * fail for reasons other than the job, the watch is kept for the grace period. That period counts
 * from the deadline or, if later, from the time this poller could first request the job, because
 * possibly no poller has run since the deadline.
 */
final class WatchSchedule {
  private static final Duration MAX_WAIT = Duration.ofDays(3650);
  private static final Duration RECHECK_INTERVAL = Duration.ofMinutes(1);

  /**
   * The topology closes a watch within seconds of its final observation. If the tombstone takes
   * longer than this, the topology has probably not read that observation.
   */
  private static final Duration TOMBSTONE_TIMEOUT = Duration.ofMinutes(15);

  private final DueQueue deadlines = new DueQueue();
  private final Duration grace;
  private final InstantSource clock;
  private int parked;

  /**
   * @param grace how long a watch past its deadline is kept while its GETs fail
   */
  WatchSchedule(Duration grace, InstantSource clock) {
    this.grace = grace;
    this.clock = clock;
  }

  int parked() {
    return parked;
  }

  /** Returns a watch whose deadline, grace period or tombstone is due; null if there is none. */
  WatchState due(long now) {
    return deadlines.head() instanceof WatchState.Deadline head && head.due() - now <= 0
        ? head.watch
        : null;
  }

  /** Returns the wait until {@link #due} may return a watch. */
  long nanosUntilNext(long now) {
    DueQueue.Element head = deadlines.head();
    return head == null ? Long.MAX_VALUE : Math.max(0, head.due() - now);
  }

  /** Plans the first GET of a watch, or the next one of a parked watch, and its deadline. */
  void start(WatchState state, long due, long now) {
    uncountParked(state);
    plan(state, due);
    awaitDeadline(state, now);
  }

  /** Plans the next GET. */
  void plan(WatchState state, long due) {
    state.phase = WatchState.Phase.WAITING;
    state.project.waiting.put(state, due);
  }

  /** Stops the GETs of a watch whose end was written. */
  void park(WatchState state, long now) {
    state.phase = WatchState.Phase.PARKED;
    parked++;
    state.project.waiting.remove(state);
    put(state, TOMBSTONE_TIMEOUT, now);
  }

  /** Reads the deadline of a watch again, and makes a GET due now if it has passed. */
  void refreshDeadline(WatchState state, long now) {
    awaitDeadline(state, now);
    if (state.overdue) {
      makeDueNow(state, now);
    }
  }

  /** Makes a GET due now. The grace period has ended, so the watch ends if this GET fails. */
  void endGrace(WatchState state, long now) {
    put(state, RECHECK_INTERVAL, now);
    makeDueNow(state, now);
  }

  /** Gives an overdue watch the whole grace period from now on. */
  void restartGrace(WatchState state, long now) {
    if (state.overdue && state.phase != WatchState.Phase.PARKED && state.deadline.waiting()) {
      state.graceOver = false;
      put(state, grace, now);
    }
  }

  private void awaitDeadline(WatchState state, long now) {
    Duration left = Duration.between(clock.instant(), state.watch.deadlineAt());
    state.overdue = left.isNegative() || left.isZero();
    state.graceOver &= state.overdue;
    if (state.overdue) {
      put(state, state.graceOver ? RECHECK_INTERVAL : grace, now);
    } else {
      put(state, left.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : left, now);
    }
  }

  private void put(WatchState state, Duration wait, long now) {
    deadlines.put(state.deadline, now + wait.toNanos());
  }

  private static void makeDueNow(WatchState state, long now) {
    if (state.phase == WatchState.Phase.WAITING && state.due() - now > 0) {
      state.project.waiting.put(state, now);
    }
  }

  /** Removes a watch that was closed. */
  void close(WatchState state) {
    uncountParked(state);
    state.phase = WatchState.Phase.CLOSED;
    state.project.waiting.remove(state);
    deadlines.remove(state.deadline);
  }

  /** Removes all watches of revoked partitions, in one pass of each queue. */
  void revoke(Collection<PartitionWatches> tables, Collection<ProjectQueue> projects) {
    for (PartitionWatches table : tables) {
      table.revoked = true;
      table.watches.values().forEach(this::uncountParked);
    }
    for (ProjectQueue project : projects) {
      project.waiting.removeIf(element -> !((WatchState) element).live());
      project.freeSlots();
    }
    deadlines.removeIf(element -> !((WatchState.Deadline) element).watch.live());
  }

  private void uncountParked(WatchState state) {
    if (state.phase == WatchState.Phase.PARKED) {
      parked--;
    }
  }
}
