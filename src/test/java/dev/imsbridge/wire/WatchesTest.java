package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import java.time.Instant;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /** Each of these values stopped the poller at every start or became a metric label. */
  @ParameterizedTest
  @CsvSource({
    "2024-11-06T06:00:00Z, +1000000000-12-31T23:59:59Z",
    "2024-11-06T06:00:00Z, -1000000000-01-01T00:00:00Z",
    "2024-11-06T06:00:00Z, 1969-12-31T23:59:59.999Z",
    "2024-11-06T06:00:00Z, +10000-01-01T00:00:00Z",
    "2024-11-08T06:00:00Z, +1000000000-12-31T23:59:59Z",
    "2024-11-08T06:00:00Z, +292278995-01-01T00:00:00Z",
    "2024-11-08T06:00:00Z, 1969-12-31T23:59:59.999Z",
    "':2,', ':0,'",
    "':2,', ':-1,'",
    "':2,', ':2147483648,'",
    "':2,', ':4294967297,'",
    "':2,', ':1e30,'",
    "':2,', ':1.5,'",
    "':2,', ':null,'",
    "\"r\", \"Region\"",
    "\"r\", \"r/../x\"",
    "\"r\", \"rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\"",
    "\"p\", \"p p\"",
    "\"p\", \"p?x=y\"",
    "\"p\", \"ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp\"",
  })
  void shouldNotTakeAWatchWithAValueOutOfRange(String good, String bad) {
    String value = BYTES.replace(good, bad);
    assertThat(value).isNotEqualTo(BYTES);
    assertThat(Watches.decode(value.getBytes(UTF_8))).isEmpty();
  }

  @Test
  void shouldTakeTheFirstAndTheLastTime() {
    String value =
        BYTES
            .replace("2024-11-06T06:00:00Z", "1970-01-01T00:00:00Z")
            .replace("2024-11-08T06:00:00Z", "9999-12-31T23:59:59.999Z");
    assertThat(Watches.decode(value.getBytes(UTF_8)).orElseThrow().deadlineAt())
        .isEqualTo("9999-12-31T23:59:59.999Z");
  }

  /** IMS chooses the type, so the topology may write any type. The job must still be watched. */
  @Test
  void shouldLeaveOutATypeThatIsTooLong() {
    String type = "\"" + "t".repeat(129) + "\"";
    String value = BYTES.replace("\"job_type\":null", "\"job_type\":" + type);
    assertThat(Watches.decode(value.getBytes(UTF_8))).contains(WATCH);
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
