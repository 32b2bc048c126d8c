package dev.imsbridge.campaign;

import dev.imsbridge.simulator.AnswerListener;
import dev.imsbridge.simulator.FaultType;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The statuses that the simulator has served in whole answers, with the time of the last answer for
 * each. A network fault may have lost any of these answers. Thread-safe.
 */
final class ServedAnswers implements AnswerListener {
  /** Faults that leave an answer that the bridge can read. */
  private static final Set<FaultType> WHOLE =
      EnumSet.of(
          FaultType.SLOW_HEADERS,
          FaultType.SLOW_BODY,
          FaultType.STALE,
          FaultType.CONTRADICTION,
          FaultType.UNKNOWN_STATUS,
          FaultType.QUIRKS);

  private final Map<String, Map<String, Long>> served = new ConcurrentHashMap<>();

  @Override
  public void answered(String jobId, byte[] body, FaultType fault) {
    if (fault != null && !WHOLE.contains(fault)) {
      return;
    }
    long now = System.currentTimeMillis();
    AnswerStatuses.of(body, jobId)
        .orElseThrow()
        .stated()
        .forEach(
            each ->
                served
                    .computeIfAbsent(each.job(), job -> new ConcurrentHashMap<>())
                    .put(each.status(), now));
  }

  boolean served(String job, String status) {
    return served.getOrDefault(job, Map.of()).containsKey(status);
  }

  /** The statuses of each job, with the epoch milliseconds of the last answer for each. */
  Map<String, Map<String, Long>> all() {
    return served;
  }
}
