package dev.imsbridge.poller;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Creates the Kafka clients of a poller. The guarantees of the poller depend on these settings. */
final class KafkaClients {
  /** The maximum record size of the topics that carry answers, in bytes. */
  static final int MAX_MESSAGE_BYTES = 4 << 20;

  private KafkaClients() {}

  /** Creates a consumer in the group of the pollers. */
  static Consumer<byte[], byte[]> consumer(PollerSettings settings) {
    Map<String, Object> config = new HashMap<>();
    // How long nobody polls for a killed instance: below 15 s, together with the rebalance. The
    // default is 45 s.
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 12_000);
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
    config.putAll(settings.consumer());
    config.put(ConsumerConfig.GROUP_ID_CONFIG, settings.topics().pollerGroup());
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // Committed offsets are not used. They make the lag visible.
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, true);
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    return fromTheBeginning(config);
  }

  /** Creates a consumer without a group. */
  static Consumer<byte[], byte[]> lookBack(PollerSettings settings) {
    Map<String, Object> config = new HashMap<>(settings.consumer());
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    config.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return fromTheBeginning(config);
  }

  private static Consumer<byte[], byte[]> fromTheBeginning(Map<String, Object> config) {
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static Producer<byte[], byte[]> producer(PollerSettings settings) {
    Map<String, Object> config = new HashMap<>();
    // The loop blocks in send if the buffer is full or the topic is unknown, and it cannot poll
    // then.
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
    // By default a topic that is idle for 5 min is dropped from the metadata.
    config.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(30).toMillis());
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 60_000);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 15_000);
    config.putAll(settings.producer());
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_MESSAGE_BYTES);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
