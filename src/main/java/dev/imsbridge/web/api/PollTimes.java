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
   */
  record PollTime(Instant nextPollAt, int attempts, String fault, String note) {}

  /** Returns the poll times by watch key. Watches that this instance does not poll are missing. */
  Map<String, PollTime> of(Collection<String> watchKeys);
}
