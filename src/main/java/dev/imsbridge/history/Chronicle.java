package dev.imsbridge.history;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Merges events of several topics into one order. The order within a topic is kept. Pure functions.
 */
final class Chronicle {
  private Chronicle() {}

  /**
   * Merges the events of one job. A completion follows the transitions that it counts, even if the
   * clocks of the pollers differ. Audit entries are merged by time, after other events with the
   * same time.
   */
  static List<HistoryEvent> merge(
      List<HistoryEvent> transitions, List<HistoryEvent> completions, List<HistoryEvent> audit) {
    List<HistoryEvent> published =
        merge(
            transitions,
            completions,
            (transition, completion) -> transition.sequence() <= completion.sequence());
    return merge(published, audit, (event, entry) -> !entry.at().isBefore(event.at()));
  }

  private static List<HistoryEvent> merge(
      List<HistoryEvent> some,
      List<HistoryEvent> others,
      BiPredicate<HistoryEvent, HistoryEvent> someFirst) {
    List<HistoryEvent> merged = new ArrayList<>();
    int next = 0;
    for (HistoryEvent other : others) {
      while (next < some.size() && someFirst.test(some.get(next), other)) {
        merged.add(some.get(next++));
      }
      merged.add(other);
    }
    merged.addAll(some.subList(next, some.size()));
    return merged;
  }
}
