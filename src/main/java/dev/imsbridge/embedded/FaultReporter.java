package dev.imsbridge.embedded;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the first fatal fault of a broker to a listener, at the earliest when the broker has
 * started. A fault that prevents the start reaches the caller as an exception instead.
 *
 * <p>A failing broker reports faults from many threads, and the later ones are consequences of the
 * first. Thread-safe.
 */
final class FaultReporter {

  private static final Logger LOG = LoggerFactory.getLogger(FaultReporter.class);

  private final Path directory;
  private final Consumer<String> listener;
  private String first;
  private Throwable cause;
  private boolean started;

  /**
   * @param directory data directory of the broker; most fatal faults are write errors there
   * @param listener receives the reason in one line
   */
  FaultReporter(Path directory, Consumer<String> listener) {
    this.directory = directory;
    this.listener = listener;
  }

  synchronized void failed(String reason, Throwable thrown) {
    if (first == null) {
      first = explained(reason);
      cause = thrown;
      if (started) {
        report();
      }
    }
  }

  // A broker with a failing disk gives no reason when it halts.
  private String explained(String reason) {
    return WriteProbe.failure(directory)
        .map(
            failure ->
                "it cannot write to %s (%s): free disk space or make it writable, and start again"
                    .formatted(directory, EmbeddedKafkaException.reason(failure)))
        .orElse(reason);
  }

  /** Reports a fault that is pending, and all later faults immediately. */
  synchronized void started() {
    started = true;
    if (first != null) {
      report();
    }
  }

  private void report() {
    LOG.error("The embedded Kafka failed: {}", first);
    LOG.debug("The embedded Kafka failed", cause);
    listener.accept(first);
  }
}
