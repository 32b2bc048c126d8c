package dev.imsbridge.poller;

import java.time.Duration;
import java.time.InstantSource;

/**
 * The second queue of a {@link PollEngine}: when each watch meets its deadline, then the end of its
 * grace period, and when the tombstone of a parked watch is late. Owned by the loop's thread.
 *
 * <p>Past its deadline a watch expires by the outcome of a GET. If GETs fail, the grace period
 * counts from the time this poller could first request the job and not from the deadline, because
 * possibly no poller has run since the deadline.
 */
final class Deadlines {
  private static final Duration FAR = Duration.ofDays(3650);
  private static final Duration RECHECK = Duration.ofMinutes(1);

  /**
   * The topology closes a watch within seconds of its end. After this time it has probably not seen
   * the end.
   */
  private static final Duration WITHOUT_TOMBSTONE = Duration.ofMinutes(15);

  private final DueQueue queue = new DueQueue();
  private final Duration grace;
  private final InstantSource clock;

  /**
   * @param grace how long a watch past its deadline is kept while its GETs fail
   */
  Deadlines(Duration grace, InstantSource clock) {
    this.grace = grace;
    this.clock = clock;
  }

  /** Queues a watch for its deadline or, if that has passed, for the end of its grace period. */
  void await(WatchState state, long now) {
    Duration left = Duration.between(clock.instant(), state.watch.deadlineAt());
    state.overdue = left.isNegative() || left.isZero();
    state.graceOver &= state.overdue;
    Duration wait = left.compareTo(FAR) > 0 ? FAR : left;
    if (state.overdue) {
      wait = state.graceOver ? RECHECK : grace;
    }
    put(state, now, wait);
  }

  void awaitTombstone(WatchState state, long now) {
    put(state, now, WITHOUT_TOMBSTONE);
  }

  void recheck(WatchState state, long now) {
    put(state, now, RECHECK);
  }

  private void put(WatchState state, long now, Duration wait) {
    queue.put(state.deadline, now + wait.toNanos());
  }

  void remove(WatchState state) {
    queue.remove(state.deadline);
  }

  void removeRevoked() {
    queue.removeIf(element -> !((WatchState.Deadline) element).watch.live());
  }

  /** Returns a watch that is due, and that the caller must queue again; null if there is none. */
  WatchState due(long now) {
    return queue.head() instanceof WatchState.Deadline head && head.due() - now <= 0
        ? head.watch
        : null;
  }

  long nanosUntilNext(long now) {
    DueQueue.Element head = queue.head();
    return head == null ? Long.MAX_VALUE : Math.max(0, head.due() - now);
  }
}
