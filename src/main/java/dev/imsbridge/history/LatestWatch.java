package dev.imsbridge.history;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Fold;
import java.util.List;

/**
 * The events of the latest watch of a job. A watch starts with a request for a job that the state
 * does not contain. After the state has removed the job, the next request starts another watch: the
 * ids of the events repeat, and their sequence starts at 1 again. Pure.
 *
 * @param transitions the transitions of this watch, in order
 * @param audit the audit entries of this watch, in order
 * @param hasEarlier whether there are earlier transitions or audit entries
 */
record LatestWatch(List<HistoryEvent> transitions, List<HistoryEvent> audit, boolean hasEarlier) {

  /**
   * Selects the last watch.
   *
   * @param transitions all transitions of a job tree, in the order of their partition
   * @param audit its audit entries, in the order of their partition; empty if not requested
   */
  static LatestWatch last(List<HistoryEvent> transitions, List<HistoryEvent> audit) {
    int accepted = lastNewJob(audit);
    List<HistoryEvent> entries = audit.subList(Math.max(0, accepted), audit.size());
    int first = start(transitions);
    List<HistoryEvent> published = transitions.subList(first, transitions.size());
    // The job is requested again, but no transition of the new watch is published yet.
    boolean onlyRequested =
        accepted >= 0 && !published.isEmpty() && before(published, audit.get(accepted));
    return new LatestWatch(
        onlyRequested ? List.of() : List.copyOf(published),
        List.copyOf(entries),
        onlyRequested || first > 0 || accepted > 0);
  }

  /** Returns the audit entry of the last accepted request; null if it is not among the entries. */
  HistoryEvent accepted() {
    return audit.stream()
        .filter(AcceptedRequest::isEntry)
        .reduce((older, newer) -> newer)
        .orElse(null);
  }

  /** Returns the index of the first transition of the last watch. */
  private static int start(List<HistoryEvent> transitions) {
    for (int i = transitions.size() - 1; i > 0; i--) {
      if (transitions.get(i).sequence() <= transitions.get(i - 1).sequence()) {
        return i;
      }
    }
    return 0;
  }

  /** Returns the index of the last entry of a request for a new job; -1 if there is none. */
  private static int lastNewJob(List<HistoryEvent> audit) {
    for (int i = audit.size() - 1; i >= 0; i--) {
      if (isNew(audit.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isNew(HistoryEvent event) {
    return AcceptedRequest.isEntry(event) && event.event().text("why").equals(Fold.NEW_JOB);
  }

  /** Compares offsets in the observations, because clocks may differ. */
  private static boolean before(List<HistoryEvent> transitions, HistoryEvent accepted) {
    Evidence last = transitions.get(transitions.size() - 1).evidence().orElse(null);
    Evidence request = accepted.event().position("input").orElse(null);
    return last != null && request != null && last.before(request);
  }
}
