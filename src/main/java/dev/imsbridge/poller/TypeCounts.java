package dev.imsbridge.poller;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the watches by type of job at one point in time. Type names come from outside, so their
 * number is limited; watches of further types count as unknown type. Owned by one thread.
 */
final class TypeCounts {
  private static final int MAX_TYPES = 100;
  private static final Comparator<PollerView.Type> MOST_FREQUENT_FIRST =
      Comparator.comparingInt(PollerView.Type::watches)
          .reversed()
          .thenComparing(PollerView.Type::jobType, Comparator.nullsLast(Comparator.naturalOrder()));

  private final Instant at;
  private final long now;
  private final Map<String, Sum> types = new HashMap<>();

  private static final class Sum {
    private int watches;
    private int faulty;
    private Instant oldest = Instant.MAX;
    private long soonest = Long.MAX_VALUE;
  }

  /**
   * @param at the wall-clock time of {@code now}
   * @param now the time of the monotonic clock
   */
  TypeCounts(Instant at, long now) {
    this.at = at;
    this.now = now;
  }

  /** Adds a watch. Ignores watches whose final observation was already written. */
  void add(WatchState state) {
    if (state.phase == WatchState.Phase.PARKED) {
      return;
    }
    boolean known = types.containsKey(state.jobType) || types.size() < MAX_TYPES;
    Sum sum = types.computeIfAbsent(known ? state.jobType : null, type -> new Sum());
    sum.watches++;
    sum.faulty += state.publishedFault() == null ? 0 : 1;
    Instant opened = state.watch.openedAt();
    sum.oldest = opened.isBefore(sum.oldest) ? opened : sum.oldest;
    if (state.phase == WatchState.Phase.WAITING && !state.project.paused()) {
      sum.soonest = Math.min(sum.soonest, Math.max(0, state.due() - now));
    }
  }

  /** Returns one entry per type, the most frequent first. */
  List<PollerView.Type> types() {
    return types.entrySet().stream()
        .map(each -> type(each.getKey(), each.getValue()))
        .sorted(MOST_FREQUENT_FIRST)
        .toList();
  }

  private PollerView.Type type(String name, Sum sum) {
    Instant next = sum.soonest == Long.MAX_VALUE ? null : at.plusNanos(sum.soonest);
    return new PollerView.Type(name, sum.watches, sum.oldest, next, sum.faulty);
  }
}
