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

/**
 * Creates the Kafka clients of a poller. Users can override the settings that are put before
 * theirs. They cannot override those put after, because the guarantees of the poller depend on
 * them.
 */
final class KafkaClients {
  /** The maximum record size of the topics that carry answers, in bytes. */
  static final int MAX_MESSAGE_BYTES = 4 << 20;

  private KafkaClients() {}

  /** Creates a consumer in the group of the pollers. */
  static Consumer<byte[], byte[]> consumer(PollerSettings settings) {
    Map<String, Object> config = new HashMap<>();
    // Limits how long the jobs of a killed instance are not polled: under 15 s including the
    // rebalance. The default is 45 s.
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 12_000);
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
    config.putAll(settings.consumer());
    config.put(ConsumerConfig.GROUP_ID_CONFIG, settings.topics().pollerGroup());
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // Offsets are committed only so that the lag is visible; the poller always reads from the
    // beginning.
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, true);
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    return newConsumer(config);
  }

  /**
   * Creates a consumer without a group, for {@link DurationWarmUp}. Sets no isolation level because
   * pollers write answers without transactions.
   */
  static Consumer<byte[], byte[]> historyConsumer(PollerSettings settings) {
    Map<String, Object> config = new HashMap<>(settings.consumer());
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    config.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return newConsumer(config);
  }

  private static Consumer<byte[], byte[]> newConsumer(Map<String, Object> config) {
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Creates the producer of observations. It is idempotent and waits for all in-sync replicas. */
  static Producer<byte[], byte[]> producer(PollerSettings settings) {
    Map<String, Object> config = new HashMap<>();
    // send() blocks the poll loop while the buffer is full or the topic metadata is missing.
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
    // By default a topic that is idle for 5 min is dropped from the metadata. The next send would
    // block to fetch it.
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
