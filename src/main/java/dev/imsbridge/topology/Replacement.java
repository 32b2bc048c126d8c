package dev.imsbridge.topology;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;

/**
 * Decides whether a thread of the topology that ended may be replaced by a new one.
 *
 * <p>Where no broker answers for longer than two of its producer's waits ({@code max.block.ms}),
 * kafka-streams first gives up adding offsets to the transaction, then committing it, and then
 * calls the two again in a state in which the producer allows only the second: an
 * IllegalStateException that has nothing to do with any record. A new thread has a new producer,
 * which ends the old transaction on its way. A failure soon after the last one is another matter,
 * and one of a task, in the middle of a record, would come again.
 */
final class Replacement {
  private static final Duration SOON = Duration.ofMinutes(1);

  private final InstantSource clock;
  private Instant last = Instant.MIN;

  Replacement(InstantSource clock) {
    this.clock = clock;
  }

  /** Asked once for each failure; called by any thread. */
  synchronized boolean helps(Throwable failure) {
    if (failure instanceof StreamsException known && known.taskId().isPresent()) {
      return false;
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    Instant now = clock.instant();
    boolean again = now.isBefore(last.plus(SOON));
    last = now;
    return !again && (root instanceof IllegalStateException || root instanceof TimeoutException);
  }
}
