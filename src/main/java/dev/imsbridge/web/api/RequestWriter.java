package dev.imsbridge.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Writes to the requests topic. Thread-safe. Each call blocks until Kafka acknowledges the record,
 * for at most 15 s.
 */
public final class RequestWriter implements AutoCloseable {
  private static final long WAIT_SECONDS = 15;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;

  /**
   * @param producer configured with {@code acks=all}; closed with this object
   */
  public RequestWriter(KafkaProducer<byte[], byte[]> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  /**
   * Writes a request and returns when Kafka has acknowledged it.
   *
   * @param value null to cancel the request
   * @throws KafkaException if Kafka does not acknowledge the record
   */
  public Void write(String jobId, byte[] value, RecordHeaders headers) throws InterruptedException {
    try {
      producer
          .send(new ProducerRecord<>(topic, null, jobId.getBytes(UTF_8), value, headers))
          .get(WAIT_SECONDS, TimeUnit.SECONDS);
      return null;
    } catch (ExecutionException | TimeoutException | IllegalStateException e) {
      // IllegalStateException: the bridge is stopping and the producer is already closed.
      throw new KafkaException("the request could not be written", e);
    }
  }

  @Override
  public void close() {
    producer.close(java.time.Duration.ofSeconds(2));
  }
}
