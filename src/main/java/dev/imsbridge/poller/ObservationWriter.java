package dev.imsbridge.poller;

import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes observations. Reports success or failure of each write to the loop. Also reports a failure
 * that no retry can fix to {@code onFailure}.
 *
 * <p>Used by the loop's thread only. A write blocks for at most the producer's {@code
 * max.block.ms}. After such a timeout, every write of the next 10 s fails at once, so that many
 * answers in flight do not block the loop one after the other.
 */
final class ObservationWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ObservationWriter.class);
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(3);

  /**
   * Retriable failures are logged only after this time. Other components report an outage of Kafka
   * after 10 s, in one line for the whole bridge.
   */
  private static final long QUIET_NANOS = Duration.ofSeconds(15).toNanos();

  private static final long FAIL_FAST_NANOS = Duration.ofSeconds(10).toNanos();

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final LoopTasks tasks;
  private final Consumer<Throwable> onFailure;
  private long failFastUntil = System.nanoTime();
  private boolean failing;
  private long failingSince;
  private boolean reported;

  ObservationWriter(
      Producer<byte[], byte[]> producer,
      String topic,
      LoopTasks tasks,
      Consumer<Throwable> onFailure) {
    this.producer = producer;
    this.topic = topic;
    this.tasks = tasks;
    this.onFailure = onFailure;
  }

  void write(WatchState watch, Observation observation) {
    if (System.nanoTime() - failFastUntil < 0) {
      tasks.add((engine, now) -> engine.writeFailed(watch, now));
      return;
    }
    try {
      Future<RecordMetadata> sent =
          producer.send(
              observation.record(topic, watch.partition.partition),
              (metadata, failure) ->
                  tasks.add((engine, now) -> completed(engine, watch, failure, now)));
      if (timedOut(sent)) {
        startFailingFast();
      }
    } catch (KafkaException e) {
      startFailingFast();
      tasks.add((engine, now) -> completed(engine, watch, e, now));
    }
  }

  // A producer that timed out while it waited for metadata or memory reports this in the future and
  // does not throw.
  private static boolean timedOut(Future<RecordMetadata> sent) {
    if (!sent.isDone()) {
      return false;
    }
    try {
      sent.get();
      return false;
    } catch (ExecutionException e) {
      return e.getCause() instanceof TimeoutException;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void startFailingFast() {
    failFastUntil = System.nanoTime() + FAIL_FAST_NANOS;
  }

  private void completed(PollEngine engine, WatchState watch, Exception failure, long now) {
    if (failure == null) {
      if (reported) {
        LOG.info("observations are written again");
      }
      failing = false;
      reported = false;
      engine.writeSucceeded(watch);
      return;
    }
    engine.writeFailed(watch, now);
    if (!failing) {
      failing = true;
      failingSince = System.nanoTime();
    }
    boolean brief =
        failure instanceof RetriableException && System.nanoTime() - failingSince < QUIET_NANOS;
    if (!reported && !brief) {
      reported = true;
      LOG.warn(
          "cannot write observations to {}; their jobs are requested again: {}",
          topic,
          failure.toString());
    }
    if (failure instanceof AuthenticationException || failure instanceof AuthorizationException) {
      onFailure.accept(failure);
    }
  }

  /** Completes pending writes, for at most 3 s. */
  @Override
  public void close() {
    producer.close(FLUSH_TIMEOUT);
  }
}
