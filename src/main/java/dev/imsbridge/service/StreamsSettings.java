package dev.imsbridge.service;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.KafkaClient;
import dev.imsbridge.config.Keys;
import dev.imsbridge.topology.TopologyService;
import dev.imsbridge.topology.TopologySettings;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.Requests;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Derives the settings of the topology and of Kafka Streams from the settings of the bridge. */
public final class StreamsSettings {
  private StreamsSettings() {}

  /**
   * Returns the settings of the topology.
   *
   * @param acceptedLogs see {@link TopologySettings}
   */
  public static TopologySettings topology(
      BridgeConfig config, Requests requests, Set<String> acceptedLogs) {
    return new TopologySettings(
        config.topics(),
        requests,
        config.foldRules(),
        config.duration(Keys.STATE_RETENTION),
        config.word(Keys.EVENTS_MODE, CloudEvent.Mode.class),
        acceptedLogs);
  }

  /**
   * Returns the settings of Kafka Streams. The replication factor and {@code min.insync.replicas}
   * of topics also apply to internal topics, unless {@code kafka.streams.*} overrides them.
   */
  public static Map<String, Object> of(KafkaAccess kafka, BridgeConfig config) {
    Map<String, Object> streams = kafka.settings(KafkaClient.STREAMS);
    streams.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    streams.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDirectory().toString());
    streams.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.getInt(Keys.STANDBY_REPLICAS));
    streams.put(TopologyService.STATE_MEMORY, config.getLong(Keys.STATE_MEMORY));
    config
        .number(Keys.TOPICS_REPLICATION)
        .ifPresent(
            replicas -> streams.putIfAbsent(StreamsConfig.REPLICATION_FACTOR_CONFIG, replicas));
    config
        .number(Keys.TOPICS_MIN_ISR)
        .ifPresent(
            inSync ->
                streams.putIfAbsent(
                    StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG), inSync));
    return streams;
  }
}
