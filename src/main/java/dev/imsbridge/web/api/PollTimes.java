package dev.imsbridge.web.api;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/** Returns when watches are polled next. Thread-safe; may block briefly. */
public interface PollTimes {

  /**
   * @param nextPollAt null while a poll is in flight and when no poll is scheduled
   * @param fault the current fault, {@code not-found} while IMS does not know the job; or null
   * @param note a human-readable explanation of the fault, or null
   * @param forecast null if the end of the job was observed
   */
  record PollTime(Instant nextPollAt, int attempts, String fault, String note, Forecast forecast) {}

  /**
   * When a running job is expected to end, in the shape of the OpenAPI document.
   *
   * @param expectedEndAt the median; null if unknown
   * @param expectedEndBy the 95th percentile; null if unknown
   * @param overlong whether the job has run longer than nearly all jobs of its type; null if
   *     unknown
   * @param progress the part of the work that is done, 0 to 1; null if IMS does not state it
   */
  record Forecast(
      long elapsedMs,
      Instant expectedEndAt,
      Instant expectedEndBy,
      Boolean overlong,
      int learnedJobs,
      Float progress) {}

  /** Returns the poll times by watch key. Omits watches that this instance does not poll. */
  Map<String, PollTime> of(Collection<String> watchKeys);
}
