package dev.imsbridge.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Puts events of several topics into one order. Pure. */
final class Chronicle {
  private Chronicle() {}

  /**
   * Merges by time without ever changing the order within a list, which is that of its partition;
   * at the same time, what stands in an earlier list comes first.
   *
   * @param asOf what is later is left out; null for nothing
   */
  static List<HistoryEvent> merge(List<List<HistoryEvent>> lists, Instant asOf) {
    int[] next = new int[lists.size()];
    Set<String> seen = new HashSet<>();
    List<HistoryEvent> merged = new ArrayList<>();
    for (int first = earliest(lists, next); first >= 0; first = earliest(lists, next)) {
      HistoryEvent event = lists.get(first).get(next[first]++);
      if (asOf == null || !event.at().isAfter(asOf)) {
        merged.add(seen.add(event.event().id()) ? event : event.again());
      }
    }
    return merged;
  }

  private static int earliest(List<List<HistoryEvent>> lists, int[] next) {
    int earliest = -1;
    for (int i = 0; i < next.length; i++) {
      if (next[i] < lists.get(i).size()
          && (earliest < 0
              || lists
                  .get(i)
                  .get(next[i])
                  .at()
                  .isBefore(lists.get(earliest).get(next[earliest]).at()))) {
        earliest = i;
      }
    }
    return earliest;
  }
}
