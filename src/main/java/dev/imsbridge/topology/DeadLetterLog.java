package dev.imsbridge.topology;

import dev.imsbridge.ledger.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Logs dead letters for the operator. The first is logged at once, then at most one line per minute
 * with the number of further dead letters and the source and reason of the latest. Contents of
 * records are never logged. Thread-safe.
 */
final class DeadLetterLog {
  static final Duration INTERVAL = Duration.ofMinutes(1);

  private static final int MAX_REASON_LENGTH = 200;

  private final Consumer<String> warn;
  private Instant lastLogged;
  private long pending;
  private DeadLetter last;

  DeadLetterLog(Consumer<String> warn) {
    this.warn = warn;
  }

  synchronized void add(DeadLetter letter, Instant now) {
    pending++;
    last = letter;
    logPending(now);
  }

  /** Logs the pending dead letters if the interval has passed. Must be called periodically. */
  synchronized void logPending(Instant now) {
    // The difference is absolute, so that a clock that was set back does not suppress the log for
    // long.
    if (pending == 0 || (lastLogged != null && sinceLastLogged(now).compareTo(INTERVAL) < 0)) {
      return;
    }
    String subject =
        lastLogged == null
            ? "a record"
            : pending + " more " + (pending == 1 ? "record" : "records");
    warn.accept(
        "%s could not be used, see the dead letters; %s%s: %s (%s)"
            .formatted(
                subject,
                pending == 1 ? "" : "the last is ",
                last.source(),
                line(last.reason()),
                last.kind()));
    lastLogged = now;
    pending = 0;
  }

  // The reason can quote an IMS response or a header of an external producer.
  private static String line(String reason) {
    String line = reason.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= MAX_REASON_LENGTH ? line : line.substring(0, MAX_REASON_LENGTH) + "...";
  }

  private Duration sinceLastLogged(Instant now) {
    return Duration.between(lastLogged, now).abs();
  }
}
