package dev.imsbridge.web;

import java.time.Instant;
import java.util.Optional;

/** Says when a watch is polled next. May take a moment; thread-safe. */
public interface PollTimes {

  /**
   * @param nextPollAt null while it is being polled
   */
  record PollTime(Instant nextPollAt, int attempts) {}

  /** For an instance that polls nothing. */
  PollTimes NONE = watchKey -> Optional.empty();

  /** Empty when this instance does not poll it. */
  Optional<PollTime> of(String watchKey);
}
