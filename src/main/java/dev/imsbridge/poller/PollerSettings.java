package dev.imsbridge.poller;

import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.util.Map;

/**
 * The settings of a running poller.
 *
 * @param consumer settings of the Kafka consumer, including the bootstrap servers; settings that a
 *     poller depends on override them
 * @param producer the same for the Kafka producer
 * @param kafkaLostAfter how long Kafka may be unreachable before the poller gives up
 */
public record PollerSettings(
    TopicNames topics,
    Map<String, Object> consumer,
    Map<String, Object> producer,
    EngineSettings engine,
    Duration kafkaLostAfter) {
  public PollerSettings {
    consumer = Map.copyOf(consumer);
    producer = Map.copyOf(producer);
  }
}
