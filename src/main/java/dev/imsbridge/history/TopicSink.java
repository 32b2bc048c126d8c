package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.wire.Headers;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
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

  // A header is there once, though what is replayed was replayed before.
  private static final Set<String> OWN =
      Set.of(REPLAY, Headers.SOURCE_TOPIC, Headers.SOURCE_PARTITION, Headers.SOURCE_OFFSET);
  // Looked at first, since most headers begin so, and a look into the set hashes the whole name.
  private static final String ATTRIBUTE = "ce_";

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
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic, null, record.timestamp(), record.key(), record.value(), headers),
            acknowledged);
    return true;
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
