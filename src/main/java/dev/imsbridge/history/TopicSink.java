package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.wire.Headers;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Publishes events again on a topic: same key, value, headers and time, and besides by whose replay
 * and from where. Keys go to partitions as they always do, so that a tree's events stay in order.
 *
 * <p>Asynchronous; the next call throws the first failure. A topic that replaces the times of
 * records is one, which shows when the first record is acknowledged. The producer is the caller's.
 */
public final class TopicSink implements ReplaySink {
  /** The header that names the replay. */
  public static final String REPLAY = "imsbridge-replay";

  // A header is there once, though what is replayed was replayed before.
  private static final Set<String> OWN =
      Set.of(REPLAY, Headers.SOURCE_TOPIC, Headers.SOURCE_PARTITION, Headers.SOURCE_OFFSET);
  // Looked at first, since most headers begin so, and a look into the set hashes the whole name.
  private static final String ATTRIBUTE = "ce_";

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final byte[] replayId;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  public TopicSink(Producer<byte[], byte[]> producer, String topic, String replayId) {
    this.producer = producer;
    this.topic = topic;
    this.replayId = replayId.getBytes(UTF_8);
  }

  @Override
  public boolean take(ConsumerRecord<byte[], byte[]> record) {
    check();
    RecordHeaders headers = new RecordHeaders();
    for (Header header : record.headers()) {
      if (header.key().startsWith(ATTRIBUTE) || !OWN.contains(header.key())) {
        headers.add(header);
      }
    }
    headers.add(REPLAY, replayId);
    headers.add(Headers.SOURCE_TOPIC, record.topic().getBytes(UTF_8));
    headers.add(Headers.SOURCE_PARTITION, text(record.partition()));
    headers.add(Headers.SOURCE_OFFSET, text(record.offset()));
    long time = record.timestamp();
    var unused =
        producer.send(
            new ProducerRecord<>(topic, null, time, record.key(), record.value(), headers),
            (metadata, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              } else if (metadata.timestamp() != time) {
                failure.compareAndSet(null, timeLost());
              }
            });
    return true;
  }

  private KafkaException timeLost() {
    return new KafkaException(
        "%s does not keep the times of events: set its message.timestamp.type to CreateTime"
            .formatted(topic));
  }

  private static byte[] text(long number) {
    return Long.toString(number).getBytes(UTF_8);
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
