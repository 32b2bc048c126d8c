package dev.imsbridge.history.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;

/** An observation that retention cannot have deleted must not count as expired. */
class RetentionTest {
  private static final Instant NOW = Instant.parse("2024-11-06T06:00:00Z");

  private static Instant retainedFrom(String millis, String bytes) {
    List<ConfigEntry> entries = new ArrayList<>();
    if (millis != null) {
      entries.add(new ConfigEntry("retention.ms", millis));
    }
    if (bytes != null) {
      entries.add(new ConfigEntry("retention.bytes", bytes));
    }
    return Retention.retainedFrom(new Config(entries), NOW);
  }

  @Test
  void shouldCountBackFromNow() {
    assertThat(retainedFrom("3600000", "-1")).isEqualTo(NOW.minus(Duration.ofHours(1)));
    assertThat(retainedFrom("-1", "-1")).isBefore(NOW.minus(Duration.ofDays(10_000)));
    assertThat(retainedFrom(Long.toString(Long.MAX_VALUE), "-1"))
        .isEqualTo(retainedFrom("-1", "-1"));
  }

  @Test
  void shouldPromiseNothingForALogLimitedBySize() {
    assertThat(retainedFrom("3600000", "1000000")).isEqualTo(Instant.MAX);
  }

  /** Some managed brokers hide settings, on which the verification once failed. */
  @Test
  void shouldPromiseNothingIfTheBrokerHidesASetting() {
    assertThat(retainedFrom(null, "-1")).isEqualTo(Instant.MAX);
    assertThat(retainedFrom("3600000", null)).isEqualTo(Instant.MAX);
  }
}
