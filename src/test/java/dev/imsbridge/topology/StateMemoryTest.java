package dev.imsbridge.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.FoldRules;
import dev.imsbridge.wire.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * By default, each store has a separate cache and write buffers, so memory grows with partitions.
 */
class StateMemoryTest {
  private static final long BYTES = 16 << 20;

  private @TempDir Path directory;

  @Test
  void shouldBoundTheMemoryOfAllStoresTogether() {
    try (StateMemory memory = new StateMemory(BYTES);
        TopologyTestDriver one = driver("one", memory);
        TopologyTestDriver other = driver("other", memory)) {
      long before = metric(one, "block-cache-usage");
      put(one, 8);
      long after = metric(one, "block-cache-usage");

      assertThat(metric(one, "block-cache-capacity")).isEqualTo(BYTES);
      assertThat(after).as("write buffers are charged to the cache").isGreaterThan(before);
      assertThat(metric(other, "block-cache-usage")).as("the cache is one").isEqualTo(after);
    }
  }

  @Test
  void shouldFlushWriteBuffersWhenAllTogetherTakeHalf() {
    try (StateMemory memory = new StateMemory(BYTES);
        TopologyTestDriver one = driver("one", memory);
        TopologyTestDriver other = driver("other", memory)) {
      // Below 16 MiB, at which Kafka's default settings flush a store.
      put(one, 7_000);
      put(other, 7_000);

      assertThat(metric(one, "size-all-mem-tables") + metric(other, "size-all-mem-tables"))
          .isLessThan(BYTES);
    }
  }

  @Test
  void shouldServeTheOtherStoresWhenOneCloses() {
    try (StateMemory memory = new StateMemory(BYTES);
        TopologyTestDriver other = driver("other", memory)) {
      try (TopologyTestDriver one = driver("one", memory)) {
        put(one, 8);
      }
      put(other, 8);

      assertThat(other.getKeyValueStore(TreeStore.NAME).get("7")).isNotNull();
      try (TopologyTestDriver next = driver("next", memory)) {
        put(next, 8);
      }
    }
  }

  private TopologyTestDriver driver(String name, StateMemory memory) {
    Properties properties =
        TopologyService.properties(
            Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                "test",
                StreamsConfig.STATE_DIR_CONFIG,
                directory.resolve(name).toString()),
            memory);
    return new TopologyTestDriver(
        BridgeTopology.build(
            BridgeDriver.settings(BridgeDriver.TOPICS, FoldRules.DEFAULTS, CloudEvent.Mode.BINARY),
            (topic, partition) -> new TopicLookup.Found(topic, Long.MAX_VALUE),
            new SimpleMeterRegistry()),
        properties);
  }

  private static void put(TopologyTestDriver driver, int kibibytes) {
    KeyValueStore<String, byte[]> store = driver.getKeyValueStore(TreeStore.NAME);
    var requests =
        driver.createInputTopic(
            BridgeDriver.TOPICS.requests(), new StringSerializer(), new StringSerializer());
    for (int i = 0; i < kibibytes; i++) {
      store.put(Integer.toString(i), new byte[1024]);
      if (i % 1024 == 0 || i == kibibytes - 1) {
        // Writes reach RocksDB when they are committed, which the driver does after each input.
        requests.pipeInput("{\"job_id\": \"a\"}");
      }
    }
  }

  private static long metric(TopologyTestDriver driver, String name) {
    return driver.metrics().entrySet().stream()
        .filter(metric -> metric.getKey().name().equals(name))
        .filter(metric -> metric.getKey().tags().containsValue(TreeStore.NAME))
        .mapToLong(metric -> ((Number) metric.getValue().metricValue()).longValue())
        .sum();
  }
}
