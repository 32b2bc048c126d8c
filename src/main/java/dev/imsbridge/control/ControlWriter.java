package dev.imsbridge.control;

import dev.imsbridge.wire.ControlAction;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Writes actions to the control topic. Thread-safe. Each call blocks until Kafka acknowledges the
 * record: for at most {@code max.block.ms} of the producer and another 15 s.
 */
public final class ControlWriter implements AutoCloseable {
  private static final long WAIT_SECONDS = 15;
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;
  private final String topic;

  /**
   * @param producer configured with {@code acks=all}; this object takes ownership
   */
  public ControlWriter(Producer<byte[], byte[]> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  /**
   * Writes an action and returns when Kafka has acknowledged it.
   *
   * @throws KafkaException if Kafka does not acknowledge the record in time. The record may still
   *     be written later.
   */
  public void write(ControlAction action) throws InterruptedException {
    try {
      producer
          .send(new ProducerRecord<>(topic, ControlLog.PARTITION, action.key(), action.value()))
          .get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new KafkaException("the action could not be written", e.getCause());
    } catch (TimeoutException | IllegalStateException e) {
      // IllegalStateException: the bridge is stopping and the producer is already closed.
      throw new KafkaException("the action could not be written", e);
    }
  }

  @Override
  public void close() {
    producer.close(CLOSE);
  }
}
