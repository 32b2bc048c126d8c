package dev.imsbridge.history;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Writes copies of past records with the original timestamps. Asynchronous: a failure is thrown by
 * the next call. A topic that replaces timestamps is a failure, detected when its first record is
 * acknowledged. Owned by one thread. The caller closes the producer.
 */
public final class RecordCopier {
  private final Producer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  public RecordCopier(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /**
   * Writes a record.
   *
   * @param record with a timestamp
   * @throws KafkaException if an earlier record could not be written
   */
  public void write(ProducerRecord<byte[], byte[]> record) {
    check();
    long time = record.timestamp();
    String topic = record.topic();
    var unused =
        producer.send(
            record,
            (metadata, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              } else if (metadata.timestamp() != time) {
                failure.compareAndSet(null, timesReplaced(topic));
              }
            });
  }

  private static KafkaException timesReplaced(String topic) {
    return new KafkaException(
        "topic %s replaces record timestamps: set its message.timestamp.type to CreateTime"
            .formatted(topic));
  }

  /**
   * Waits until all records are written.
   *
   * @throws KafkaException if one could not be written
   */
  public void flush() {
    producer.flush();
    check();
  }

  private void check() {
    Exception e = failure.get();
    if (e != null) {
      throw e instanceof KafkaException kafka ? kafka : new KafkaException(e);
    }
  }
}
