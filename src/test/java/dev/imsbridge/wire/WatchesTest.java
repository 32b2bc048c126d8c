package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import java.time.Instant;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchesTest {
  private static final String BYTES =
      "{\"job_id\":\"child\",\"root_job_id\":\"root\",\"project_id\":\"p\",\"region\":\"r\","
          + "\"job_type\":null,\"generation\":2,\"opened_at\":\"2024-11-06T06:00:00Z\","
          + "\"deadline_at\":\"2024-11-08T06:00:00Z\"}";
  private static final Watch WATCH =
      new Watch(
          "child",
          "root",
          new ProjectRef("r", "p"),
          null,
          2,
          Instant.parse("2024-11-06T06:00:00Z"),
          Instant.parse("2024-11-08T06:00:00Z"));

  @Test
  void shouldWriteAWatchAsAnybodyCanReadIt() {
    assertThat(new String(Watches.encode(WATCH), UTF_8)).isEqualTo(BYTES);
    assertThat(Watches.decode(BYTES.getBytes(UTF_8))).contains(WATCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "{}",
        "null",
        "{\"job_id\":\"child\"}",
        "{\"generation\":1e99999999999}"
      })
  void shouldNotTakeForAWatchWhatIsNone(String value) {
    assertThat(Watches.decode(value.getBytes(UTF_8))).isEmpty();
  }

  @Test
  void shouldNotTakeAWatchWhoseIdWouldLeaveItsPlaceInTheUrl() {
    for (String hostile : new String[] {"../../x", "a?b", "a/b", " "}) {
      assertThat(Watches.decode(BYTES.replace("child", hostile).getBytes(UTF_8))).isEmpty();
      assertThat(Watches.decode(BYTES.replace("\"root\"", "\"" + hostile + "\"").getBytes(UTF_8)))
          .isEmpty();
    }
  }

  @Test
  void shouldKeepATreesWatchesAndObservationsInOnePartition() {
    for (String root : new String[] {"root", "ff8080814dbd65d7014dbe0d84db0013", "a_-9"}) {
      int byRoot = RootPartition.of(root, 12);
      assertThat(RootPartition.of(RootPartition.rootOf(root + "/child"), 12)).isEqualTo(byRoot);
      assertThat(RootPartition.of(RootPartition.rootOf(root), 12)).isEqualTo(byRoot);
      assertThat(BuiltInPartitioner.partitionForKey(root.getBytes(UTF_8), 12))
          .as("Kafka's own choice")
          .isEqualTo(byRoot);
    }
  }
}
