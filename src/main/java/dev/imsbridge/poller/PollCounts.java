package dev.imsbridge.poller;

import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.wire.Observation;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the actions of a poller since its start. Owned by the loop's thread. */
final class PollCounts {
  private final Map<String, Long> polls = new LinkedHashMap<>();
  private final Map<String, Long> observations = new LinkedHashMap<>();
  long coalesced;
  long displaced;
  long writeFailures;

  PollCounts() {
    polls.put("answer", 0L);
    polls.put("not-found", 0L);
    for (FaultKind kind : FaultKind.values()) {
      polls.put(kind.word(), 0L);
    }
    for (Observation.Kind kind : Observation.Kind.values()) {
      if (kind != Observation.Kind.REQUEST && kind != Observation.Kind.CANCEL) {
        observations.put(kind.word(), 0L);
      }
    }
  }

  void polled(Outcome outcome) {
    String kind =
        outcome instanceof Outcome.Fault fault
            ? fault.kind().word()
            : outcome instanceof Outcome.NotFound ? "not-found" : "answer";
    polls.merge(kind, 1L, Long::sum);
  }

  void written(Observation.Kind kind) {
    observations.merge(kind.word(), 1L, Long::sum);
  }

  PollerView.Counts view() {
    return new PollerView.Counts(polls, observations, coalesced, displaced, writeFailures);
  }
}
