package dev.imsbridge.topology;

import dev.imsbridge.wire.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Tells the operator of dead letters: the first at once, then at most a line a minute, with how
 * many more there were and the reason and place of the last. What a record holds is not told.
 * Thread-safe.
 */
final class DeadLetterLog {
  static final Duration INTERVAL = Duration.ofMinutes(1);

  private static final int LENGTH = 200;

  private final Consumer<String> warn;
  private Instant told;
  private long untold;
  private DeadLetter last;

  DeadLetterLog(Consumer<String> warn) {
    this.warn = warn;
  }

  synchronized void add(DeadLetter letter, Instant now) {
    untold++;
    last = letter;
    tell(now);
  }

  /** Tells what has been kept back long enough; to be called now and then. */
  synchronized void tell(Instant now) {
    // Either way: a clock that was set back must not silence it for long.
    if (untold == 0 || (told != null && between(now).compareTo(INTERVAL) < 0)) {
      return;
    }
    String what =
        told == null ? "a record" : untold + " more " + (untold == 1 ? "record" : "records");
    warn.accept(
        "%s could not be used, see the dead letters; %s%s: %s (%s)"
            .formatted(
                what,
                untold == 1 ? "" : "the last is ",
                last.source(),
                line(last.reason()),
                last.kind()));
    told = now;
    untold = 0;
  }

  // What an answer's or a stranger's header says may be in it.
  private static String line(String reason) {
    String line = reason.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= LENGTH ? line : line.substring(0, LENGTH) + "...";
  }

  private Duration between(Instant now) {
    return Duration.between(told, now).abs();
  }
}
