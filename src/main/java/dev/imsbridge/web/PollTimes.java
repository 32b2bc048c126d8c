package dev.imsbridge.web;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/** Says when watches are polled next. May take a moment; thread-safe. */
public interface PollTimes {

  /**
   * @param nextPollAt null while it is being polled, and when it will not be
   * @param fault the fault that stands, {@code not-found} while IMS does not know the job; or null
   * @param note a line for people about that, or null
   */
  record PollTime(Instant nextPollAt, int attempts, String fault, String note) {}

  /** For an instance that polls nothing. */
  PollTimes NONE = watchKeys -> Map.of();

  /** By the keys of the watches; without those that this instance does not poll. */
  Map<String, PollTime> of(Collection<String> watchKeys);
}
