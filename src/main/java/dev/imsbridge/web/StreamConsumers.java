package dev.imsbridge.web;

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
 * Consumers for streams: without a group, positions set by hand and missing ones an error.
 * Immutable and thread-safe; the consumers are the caller's.
 */
final class StreamConsumers implements EventTail.Consumers {
  private static final int PATIENCE_MS = 10_000;
  private static final int SHORT_FETCH_MS = 20;

  private final Map<String, Object> settings;
  private final TopicNames topics;

  /**
   * @param settings of Kafka's consumer, as the user gave them
   * @param fetchBytes about how much is read at once
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
   * The same for readers that are soon closed: closing one waits for its last fetch, which a broker
   * without news holds back for 0.5 s by default.
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

  /** The partitions there are; empty when a topic is missing. */
  Optional<EventLayout> layout(Consumer<byte[], byte[]> consumer) {
    int transitions = consumer.partitionsFor(topics.transitions()).size();
    int completions = consumer.partitionsFor(topics.completions()).size();
    return transitions == 0 || completions == 0
        ? Optional.empty()
        : Optional.of(new EventLayout(topics, transitions, completions));
  }
}
