package dev.imsbridge.web.stream;

import dev.imsbridge.history.EventTail;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Creates Kafka consumers for the event stream: without a group, with explicit positions, and with
 * an error for a position that does not exist. Immutable and thread-safe. Callers own the
 * consumers.
 */
final class StreamConsumers implements EventTail.Consumers {
  private static final int TIMEOUT_MS = 10_000;
  private static final int SHORT_FETCH_MS = 20;

  private final Map<String, Object> settings;

  /**
   * @param settings the user's configuration of the Kafka consumer
   * @param fetchBytes the approximate size of a fetch
   */
  StreamConsumers(Map<String, Object> settings, int fetchBytes) {
    this.settings = new HashMap<>(settings);
    this.settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    this.settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    this.settings.remove(ConsumerConfig.CLIENT_ID_CONFIG);
    this.settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    this.settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    this.settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetchBytes);
    this.settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
  }

  private StreamConsumers(Map<String, Object> settings) {
    this.settings = settings;
  }

  /**
   * Returns settings for consumers that are closed soon. Closing a consumer waits for its last
   * fetch, which a broker without new events holds for 0.5 s by default.
   */
  StreamConsumers forShortReads() {
    return new StreamConsumers(with(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, SHORT_FETCH_MS));
  }

  private Map<String, Object> with(String key, Object value) {
    Map<String, Object> own = new HashMap<>(settings);
    own.put(key, value);
    return own;
  }

  @Override
  public KafkaConsumer<byte[], byte[]> open(IsolationLevel isolation) {
    return new KafkaConsumer<>(
        with(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.toString()),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
