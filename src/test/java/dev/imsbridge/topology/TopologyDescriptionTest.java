package dev.imsbridge.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.FoldRules;
import dev.imsbridge.wire.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The state of existing installations depends on the names of nodes, stores and sub-topologies. If
 * the expected file changes, an upgrade must handle the change.
 */
class TopologyDescriptionTest {
  private static final Path GOLDEN = Path.of("src/test/resources/topology.txt");

  @Test
  void shouldBeTheTopologyThatWasReviewed() throws IOException {
    String description =
        BridgeTopology.build(
                BridgeDriver.settings(
                    BridgeDriver.TOPICS, FoldRules.DEFAULTS, CloudEvent.Mode.BINARY),
                (topic, partition) -> new TopicLookup.Found(topic, 0),
                new SimpleMeterRegistry())
            .describe()
            .toString();

    assertThat(description).isEqualTo(Files.readString(GOLDEN));
  }
}
