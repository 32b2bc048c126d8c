package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.wire.Headers;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Publishes events again on a topic: same key, value, headers and time, and besides by whose replay
 * and from where. Keys go to partitions as they always do, so that a tree's events stay in order.
 *
 * <p>Asynchronous; the first failure is thrown by whichever call comes next. The producer is the
 * caller's.
 */
public final class TopicSink implements ReplaySink {
  /** The header that names the replay. */
  public static final String REPLAY = "imsbridge-replay";

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final byte[] replayId;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Callback acknowledged =
      (metadata, e) -> {
        if (e != null) {
          failure.compareAndSet(null, e);
        }
      };

  public TopicSink(Producer<byte[], byte[]> producer, String topic, String replayId) {
    this.producer = producer;
    this.topic = topic;
    this.replayId = replayId.getBytes(UTF_8);
  }

  @Override
  public boolean take(ConsumerRecord<byte[], byte[]> record) {
    check();
    RecordHeaders headers = new RecordHeaders(record.headers());
    set(headers, REPLAY, replayId);
    set(headers, Headers.SOURCE_TOPIC, record.topic().getBytes(UTF_8));
    set(headers, Headers.SOURCE_PARTITION, Integer.toString(record.partition()).getBytes(UTF_8));
    set(headers, Headers.SOURCE_OFFSET, Long.toString(record.offset()).getBytes(UTF_8));
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic, null, record.timestamp(), record.key(), record.value(), headers),
            acknowledged);
    return true;
  }

  private static void set(RecordHeaders headers, String name, byte[] value) {
    headers.remove(name);
    headers.add(name, value);
  }

  @Override
  public void settle() {
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
