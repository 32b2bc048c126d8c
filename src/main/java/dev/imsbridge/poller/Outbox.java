package dev.imsbridge.poller;

import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes observations. How each fared is told to the loop; a failure for which there is no cure is
 * told to {@code onHopeless} as well. Used by the loop's thread only, as it may block for as long
 * as the producer's {@code max.block.ms}; after it has, it refuses everything for a moment, lest
 * all that is waiting blocks as long, one after the other.
 */
final class Outbox implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(3);
  private static final long REFUSAL_NANOS = Duration.ofSeconds(1).toNanos();

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Mailbox mailbox;
  private final Consumer<Throwable> onHopeless;
  private boolean refusing;
  private long refusesUntil;
  private boolean failing;

  Outbox(
      Producer<byte[], byte[]> producer,
      String topic,
      Mailbox mailbox,
      Consumer<Throwable> onHopeless) {
    this.producer = producer;
    this.topic = topic;
    this.mailbox = mailbox;
    this.onHopeless = onHopeless;
  }

  void write(WatchState watch, Observation observation) {
    if (refusing && System.nanoTime() - refusesUntil < 0) {
      mailbox.add((engine, now) -> engine.writeFailed(watch, now));
      return;
    }
    refusing = false;
    try {
      // Told to the callback.
      var unused =
          producer.send(
              observation.record(topic, watch.partition.partition()),
              (metadata, failure) ->
                  mailbox.add((engine, now) -> wrote(engine, watch, failure, now)));
    } catch (KafkaException e) {
      refusing = true;
      refusesUntil = System.nanoTime() + REFUSAL_NANOS;
      mailbox.add((engine, now) -> wrote(engine, watch, e, now));
    }
  }

  private void wrote(PollEngine engine, WatchState watch, Exception failure, long now) {
    if (failure == null) {
      if (failing) {
        failing = false;
        LOG.info("observations are written again");
      }
      engine.writeSucceeded();
      return;
    }
    engine.writeFailed(watch, now);
    if (!failing) {
      failing = true;
      LOG.warn(
          "an observation was not written, its job is asked for again: {}", failure.toString());
    }
    if (KafkaClients.hopeless(failure)) {
      onHopeless.accept(failure);
    }
  }

  /** Writes what is still on its way, within a few seconds. */
  @Override
  public void close() {
    producer.close(FLUSH_TIMEOUT);
  }
}
