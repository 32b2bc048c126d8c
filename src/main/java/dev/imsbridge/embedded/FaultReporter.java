package dev.imsbridge.embedded;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a listener of the first fatal fault of one broker, once the broker has started: before that
 * the caller of the start hears of it by an exception.
 *
 * <p>A broker that falls apart reports from many threads; the first report names the reason.
 */
final class FaultReporter implements Consumer<BrokerFault> {

  private static final Logger LOG = LoggerFactory.getLogger(FaultReporter.class);

  private final Path directory;
  private final Consumer<BrokerFault> listener;
  private BrokerFault first;
  private boolean started;

  /**
   * @param directory where the broker writes: for most faults the reason lies there
   */
  FaultReporter(Path directory, Consumer<BrokerFault> listener) {
    this.directory = directory;
    this.listener = listener;
  }

  @Override
  public synchronized void accept(BrokerFault fault) {
    if (first == null) {
      first = explained(fault);
      if (started) {
        tell();
      }
    }
  }

  // A broker whose disk fails gives up without saying why.
  private BrokerFault explained(BrokerFault fault) {
    return WriteProbe.objection(directory)
        .map(
            objection ->
                new BrokerFault(
                    "it cannot write to %s (%s): make room there or make it writable, and start again"
                        .formatted(directory, EmbeddedKafkaException.reason(objection)),
                    fault.cause()))
        .orElse(fault);
  }

  synchronized void started() {
    started = true;
    if (first != null) {
      tell();
    }
  }

  private void tell() {
    LOG.error("Kafka broke down: {}", first.reason());
    LOG.debug("Kafka broke down", first.cause().orElse(null));
    listener.accept(first);
  }
}
