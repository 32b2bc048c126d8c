package dev.imsbridge.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.history.HistoryEvent.Kind;
import dev.imsbridge.job.Decision;
import dev.imsbridge.job.Evidence;
import java.util.List;

/**
 * The last life of a job in what was published of it. A life begins with a request for which the
 * job was new. Once the state has forgotten the job, the next request begins another one: the
 * events have the same ids again, and are counted from 1. Pure.
 *
 * @param another whether there is anything earlier: of another life, or decided before any
 */
record Life(List<HistoryEvent> transitions, List<HistoryEvent> audit, boolean another) {

  /**
   * @param transitions of one job tree as they stand in their partition
   * @param audit its audit entries as they stand in theirs; empty when not asked for
   */
  static Life last(List<HistoryEvent> transitions, List<HistoryEvent> audit) {
    int accepted = lastAccepted(audit);
    List<HistoryEvent> decided = audit.subList(Math.max(0, accepted), audit.size());
    int first = lastFirst(transitions);
    List<HistoryEvent> seen = transitions.subList(first, transitions.size());
    // Asked for again, and nothing is published of it yet.
    boolean over = accepted >= 0 && !seen.isEmpty() && before(seen, audit.get(accepted));
    return new Life(
        over ? List.of() : List.copyOf(seen),
        List.copyOf(decided),
        over || first > 0 || accepted > 0);
  }

  private static int lastFirst(List<HistoryEvent> transitions) {
    for (int i = transitions.size() - 1; i > 0; i--) {
      if (transitions.get(i).sequence() <= transitions.get(i - 1).sequence()) {
        return i;
      }
    }
    return 0;
  }

  /** -1 when there is none. */
  private static int lastAccepted(List<HistoryEvent> audit) {
    for (int i = audit.size() - 1; i >= 0; i--) {
      if (isNew(audit.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isNew(HistoryEvent event) {
    JsonNode data = event.event().data();
    return event.kind() == Kind.AUDIT
        && data.path("what").asText().equals(Decision.REQUEST_ACCEPTED.word())
        && data.path("why").asText().equals(Beginnings.NEW);
  }

  /** By their places among the observations: clocks may differ. */
  private static boolean before(List<HistoryEvent> transitions, HistoryEvent accepted) {
    Evidence last = transitions.get(transitions.size() - 1).evidence().orElse(null);
    Evidence request = accepted.input().orElse(null);
    return last != null
        && request != null
        && last.topic().equals(request.topic())
        && last.partition() == request.partition()
        && last.offset() < request.offset();
  }
}
