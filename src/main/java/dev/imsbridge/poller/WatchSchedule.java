package dev.imsbridge.poller;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;

/**
 * Queues each watch twice: for its next GET, in the queue of its project, and here for its
 * deadline, then for the end of its grace period. A parked watch is only queued here, for the time
 * when its tombstone is late. Owned by the loop's thread.
 *
 * <p>Past its deadline a watch expires by the outcome of a GET. If GETs fail, the grace period
 * counts from the time this poller could first request the job and not from the deadline, because
 * possibly no poller has run since the deadline.
 */
final class WatchSchedule {
  private static final Duration FAR = Duration.ofDays(3650);
  private static final Duration RECHECK = Duration.ofMinutes(1);

  /**
   * The topology closes a watch within seconds of its end. After this time it has probably not seen
   * the end.
   */
  private static final Duration WITHOUT_TOMBSTONE = Duration.ofMinutes(15);

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

  long nanosUntilNext(long now) {
    DueQueue.Element head = deadlines.head();
    return head == null ? Long.MAX_VALUE : Math.max(0, head.due() - now);
  }

  /** Plans the first GET of a watch, or the next one of a parked watch, and its deadline. */
  void start(WatchState state, long due, long now) {
    forget(state);
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
    put(state, WITHOUT_TOMBSTONE, now);
  }

  /** Reads the deadline of a watch again, and makes a GET due now if it has passed. */
  void meetDeadline(WatchState state, long now) {
    awaitDeadline(state, now);
    if (state.overdue) {
      hurry(state, now);
    }
  }

  /** Makes a GET due now. After the grace period, its failure ends the watch. */
  void endGrace(WatchState state, long now) {
    put(state, RECHECK, now);
    hurry(state, now);
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
      put(state, state.graceOver ? RECHECK : grace, now);
    } else {
      put(state, left.compareTo(FAR) > 0 ? FAR : left, now);
    }
  }

  private void put(WatchState state, Duration wait, long now) {
    deadlines.put(state.deadline, now + wait.toNanos());
  }

  private static void hurry(WatchState state, long now) {
    if (state.phase == WatchState.Phase.WAITING && state.due() - now > 0) {
      state.project.waiting.put(state, now);
    }
  }

  void close(WatchState state) {
    forget(state);
    state.phase = WatchState.Phase.CLOSED;
    state.project.waiting.remove(state);
    deadlines.remove(state.deadline);
  }

  /** Removes all watches of revoked partitions, in one pass of each queue. */
  void revoke(Collection<PartitionWatches> tables, Collection<ProjectQueue> projects) {
    for (PartitionWatches table : tables) {
      table.revoked = true;
      table.watches.values().forEach(this::forget);
    }
    for (ProjectQueue project : projects) {
      project.waiting.removeIf(element -> !((WatchState) element).live());
      project.freeSlots();
    }
    deadlines.removeIf(element -> !((WatchState.Deadline) element).watch.live());
  }

  private void forget(WatchState state) {
    if (state.phase == WatchState.Phase.PARKED) {
      parked--;
    }
  }
}
