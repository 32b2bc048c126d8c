package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.config.BridgeConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The internal topic holds the state, so it must be as safe as the bridge's other topics. */
class StreamsSettingsTest {
  private static Map<String, Object> settings(String... assignments) {
    BridgeConfig config =
        BridgeConfig.load(
            null,
            Map.of("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"),
            List.of(assignments));
    return StreamsSettings.of(KafkaAccess.of(config), config);
  }

  @Test
  void shouldGiveTheInternalTopicTheReplicasOfTheOthers() {
    assertThat(settings("topics.replication.factor=3", "topics.min.insync.replicas=2"))
        .containsEntry("replication.factor", 3)
        .containsEntry("topic.min.insync.replicas", 2);
    assertThat(settings()).doesNotContainKeys("replication.factor", "topic.min.insync.replicas");
  }

  @Test
  void shouldPreferTheSettingsOfKafkaStreams() {
    assertThat(
            settings("topics.min.insync.replicas=2", "kafka.streams.topic.min.insync.replicas=1"))
        .containsEntry("topic.min.insync.replicas", "1");
  }

  /** Otherwise the broker recompresses each record with the codec of its topic. */
  @Test
  void shouldCompressAsTheTopicsDo() {
    assertThat(settings())
        .containsEntry("producer.compression.type", "gzip")
        .containsEntry("producer.compression.gzip.level", 1);
    assertThat(settings("topics.compression=none"))
        .containsEntry("producer.compression.type", "none");
    assertThat(settings("kafka.streams.producer.compression.type=zstd"))
        .containsEntry("producer.compression.type", "zstd");
  }

  @Test
  void shouldBoundTheMemoryOfTheState() {
    assertThat(settings("state.memory.max.bytes=33554432"))
        .containsEntry("state.memory.max.bytes", 33_554_432L);
  }
}
