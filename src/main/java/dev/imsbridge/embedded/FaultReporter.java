package dev.imsbridge.embedded;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the first fatal fault of a broker to a listener, but not before the broker has started.
 * If a fault prevents the start, the caller receives an exception instead.
 *
 * <p>A failing broker reports faults from many threads, and the later ones are consequences of the
 * first. Thread-safe.
 */
final class FaultReporter {

  private static final Logger LOG = LoggerFactory.getLogger(FaultReporter.class);

  private final Path directory;
  private final Consumer<String> listener;
  private String firstReason;
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
    if (firstReason == null) {
      firstReason = withWriteError(reason);
      cause = thrown;
      if (started) {
        report();
      }
    }
  }

  // A broker that halts because its disk fails states no reason.
  private String withWriteError(String reason) {
    return WriteProbe.failure(directory)
        .map(
            failure ->
                "it cannot write to %s (%s): free disk space or make it writable, and start again"
                    .formatted(directory, EmbeddedKafkaException.reason(failure)))
        .orElse(reason);
  }

  /** Marks the broker as started. Reports a fault that occurred during the start. */
  synchronized void started() {
    started = true;
    if (firstReason != null) {
      report();
    }
  }

  private void report() {
    LOG.error("The embedded Kafka failed: {}", firstReason);
    LOG.debug("The embedded Kafka failed", cause);
    listener.accept(firstReason);
  }
}
