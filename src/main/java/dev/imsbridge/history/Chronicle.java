package dev.imsbridge.history;

import java.util.ArrayList;
import java.util.List;

/** Puts events of several topics into one order. Pure. */
final class Chronicle {
  private Chronicle() {}

  /**
   * Merges by time without ever changing the order within a list, which is that of its partition;
   * at the same time, what stands in an earlier list comes first.
   */
  static List<HistoryEvent> merge(List<List<HistoryEvent>> lists) {
    int[] next = new int[lists.size()];
    List<HistoryEvent> merged = new ArrayList<>();
    for (int first = earliest(lists, next); first >= 0; first = earliest(lists, next)) {
      merged.add(lists.get(first).get(next[first]++));
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
