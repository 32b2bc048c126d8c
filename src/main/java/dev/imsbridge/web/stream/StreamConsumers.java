package dev.imsbridge.web.stream;

import dev.imsbridge.history.EventLayout;
import dev.imsbridge.history.EventTail;
import dev.imsbridge.wire.TopicNames;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
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
  private static final int PATIENCE_MS = 10_000;
  private static final int SHORT_FETCH_MS = 20;

  private final Map<String, Object> settings;
  private final TopicNames topics;

  /**
   * @param settings the user's configuration of the Kafka consumer
   * @param fetchBytes the approximate size of a fetch
   */
  StreamConsumers(Map<String, Object> settings, TopicNames topics, int fetchBytes) {
    this.settings = new HashMap<>(settings);
    this.settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    this.settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    this.settings.remove(ConsumerConfig.CLIENT_ID_CONFIG);
    this.settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    this.settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    this.settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetchBytes);
    this.settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS);
    this.topics = topics;
  }

  private StreamConsumers(Map<String, Object> settings, TopicNames topics) {
    this.settings = settings;
    this.topics = topics;
  }

  /**
   * Returns settings for consumers that are closed soon. Closing a consumer waits for its last
   * fetch, which a broker without new events holds for 0.5 s by default.
   */
  StreamConsumers forShortReads() {
    Map<String, Object> own = new HashMap<>(settings);
    own.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, SHORT_FETCH_MS);
    return new StreamConsumers(own, topics);
  }

  @Override
  public KafkaConsumer<byte[], byte[]> open(IsolationLevel isolation) {
    Map<String, Object> own = new HashMap<>(settings);
    own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.toString());
    return new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Returns the current partitions; empty if a topic is missing. */
  Optional<EventLayout> layout(Consumer<byte[], byte[]> consumer) {
    int transitions = consumer.partitionsFor(topics.transitions()).size();
    int completions = consumer.partitionsFor(topics.completions()).size();
    return transitions == 0 || completions == 0
        ? Optional.empty()
        : Optional.of(new EventLayout(topics, transitions, completions));
  }
}
