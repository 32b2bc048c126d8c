package dev.imsbridge.history.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.RecordCopier;
import dev.imsbridge.wire.HeaderNames;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Publishes events to a topic with the same key, value, headers and timestamp. Adds headers with
 * the replay id and the source position. Keys are partitioned as usual, so the events of a tree
 * keep their order.
 *
 * <p>Asynchronous: a failure is thrown by the next call. A topic that replaces timestamps is a
 * failure, detected when the first record is acknowledged. The caller closes the producer.
 */
public final class TopicSink implements ReplaySink {
  /** Limit in bytes for a replayed event: the largest event, and the headers that a replay adds. */
  public static final int LARGEST_REPLAYED = 5 << 20;

  /** The settings of a producer that republishes events. */
  public static final Map<String, Object> PRODUCER =
      Map.of(
          ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
          true,
          ProducerConfig.BATCH_SIZE_CONFIG,
          1 << 18,
          ProducerConfig.LINGER_MS_CONFIG,
          20,
          ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
          LARGEST_REPLAYED);

  /** The header with the id of the replay. */
  public static final String REPLAY = "imsbridge-replay";

  // These headers are replaced, so that they occur once when a replay is replayed.
  private static final Set<String> OWN =
      Set.of(
          REPLAY,
          HeaderNames.SOURCE_TOPIC,
          HeaderNames.SOURCE_PARTITION,
          HeaderNames.SOURCE_OFFSET);
  // Checked first, because most headers start with it and a lookup in the set hashes the whole
  // name.
  private static final String ATTRIBUTE = "ce_";

  private final RecordCopier copier;
  private final String topic;
  private final byte[] replayId;

  public TopicSink(Producer<byte[], byte[]> producer, String topic, String replayId) {
    copier = new RecordCopier(producer);
    this.topic = topic;
    this.replayId = replayId.getBytes(UTF_8);
  }

  @Override
  public boolean take(ConsumerRecord<byte[], byte[]> record) {
    RecordHeaders headers = new RecordHeaders();
    for (Header header : record.headers()) {
      if (header.key().startsWith(ATTRIBUTE) || !OWN.contains(header.key())) {
        headers.add(header);
      }
    }
    headers.add(REPLAY, replayId);
    headers.add(HeaderNames.SOURCE_TOPIC, record.topic().getBytes(UTF_8));
    headers.add(HeaderNames.SOURCE_PARTITION, text(record.partition()));
    headers.add(HeaderNames.SOURCE_OFFSET, text(record.offset()));
    copier.write(
        new ProducerRecord<>(
            topic, null, record.timestamp(), record.key(), record.value(), headers));
    return true;
  }

  private static byte[] text(long number) {
    return Long.toString(number).getBytes(UTF_8);
  }

  @Override
  public void settle() {
    copier.flush();
  }
}
