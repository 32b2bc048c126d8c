package dev.imsbridge.poller;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums the watches by type of job, at one moment. Type names come from outside, so their number is
 * limited; watches of further types count as unknown type. Owned by one thread.
 */
final class TypeTally {
  private static final int MOST = 100;

  private final Instant clock;
  private final long now;
  private final Map<String, Sum> types = new HashMap<>();

  private static final class Sum {
    private int watches;
    private int faulty;
    private Instant oldest = Instant.MAX;
    private long soonest = Long.MAX_VALUE;

    void add(WatchState state, long now) {
      watches++;
      if (state.saidFault() != null) {
        faulty++;
      }
      if (state.watch.openedAt().isBefore(oldest)) {
        oldest = state.watch.openedAt();
      }
      if (state.phase == WatchState.Phase.WAITING) {
        soonest = Math.min(soonest, Math.max(0, state.due() - now));
      }
    }
  }

  /**
   * @param clock the wall-clock time of {@code now}
   * @param now the time of the monotonic clock
   */
  TypeTally(Instant clock, long now) {
    this.clock = clock;
    this.now = now;
  }

  /** Adds a watch, unless its end was written. */
  void add(WatchState state) {
    if (state.phase == WatchState.Phase.PARKED) {
      return;
    }
    String type = state.jobType;
    Sum sum = types.get(type);
    if (sum == null) {
      String name = types.size() < MOST ? type : null;
      sum = types.computeIfAbsent(name, any -> new Sum());
    }
    sum.add(state, now);
  }

  /** Returns one entry per type, the most frequent first. */
  List<PollerView.Type> types() {
    return types.entrySet().stream()
        .map(each -> type(each.getKey(), each.getValue()))
        .sorted(
            Comparator.comparingInt(PollerView.Type::watches)
                .reversed()
                .thenComparing(
                    PollerView.Type::jobType, Comparator.nullsLast(Comparator.naturalOrder())))
        .toList();
  }

  private PollerView.Type type(String name, Sum sum) {
    Instant next = sum.soonest == Long.MAX_VALUE ? null : clock.plusNanos(sum.soonest);
    return new PollerView.Type(name, sum.watches, sum.oldest, next, sum.faulty);
  }
}
