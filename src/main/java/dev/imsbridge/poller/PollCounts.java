package dev.imsbridge.poller;

import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.wire.Observation;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the actions of a poller since its start. Owned by the loop's thread. */
final class PollCounts {
  private final Map<FaultKind, Long> faults = new EnumMap<>(FaultKind.class);
  private final Map<Observation.Kind, Long> written = new EnumMap<>(Observation.Kind.class);
  private long answers;
  private long notFound;
  long coalesced;
  long displaced;
  long writeFailures;

  void polled(Outcome outcome) {
    if (outcome instanceof Outcome.Fault fault) {
      faults.merge(fault.kind(), 1L, Long::sum);
    } else if (outcome instanceof Outcome.NotFound) {
      notFound++;
    } else {
      answers++;
    }
  }

  void written(Observation.Kind kind) {
    written.merge(kind, 1L, Long::sum);
  }

  /** GETs by kind of outcome. */
  Map<String, Long> polls() {
    Map<String, Long> polls = new LinkedHashMap<>();
    polls.put("answer", answers);
    polls.put("not-found", notFound);
    for (FaultKind kind : FaultKind.values()) {
      polls.put(kind.word(), faults.getOrDefault(kind, 0L));
    }
    return polls;
  }

  /** Observations by kind. */
  Map<String, Long> writes() {
    Map<String, Long> writes = new LinkedHashMap<>();
    for (Observation.Kind kind : Observation.Kind.values()) {
      if (kind != Observation.Kind.REQUEST && kind != Observation.Kind.CANCEL) {
        writes.put(kind.word(), written.getOrDefault(kind, 0L));
      }
    }
    return writes;
  }
}
