package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.embedded.SharedBroker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * With a clock that was hours ahead, the topology ended with a message that did not name the clock.
 */
@ExtendWith(SharedBroker.Extension.class)
class ClusterClockIT {

  private static Finding check(SharedBroker broker, Duration ahead) throws InterruptedException {
    InstantSource clock = () -> Instant.now().plus(ahead);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      return ClusterClock.check(admin, clock);
    }
  }

  @Test
  void shouldRefuseAClockWhoseRecordsKafkaRefuses(SharedBroker broker) throws Exception {
    Finding finding = check(broker, Duration.ofHours(2));
    assertThat(finding.level()).isEqualTo(Finding.Level.FAIL);
    assertThat(finding.line())
        .matches("this machine's clock is 7\\d{3} s ahead of the clock of Kafka: .*set this .*");
  }

  @Test
  void shouldWarnOfAClockThatIsOff(SharedBroker broker) throws Exception {
    assertThat(check(broker, Duration.ofHours(-2)).level()).isEqualTo(Finding.Level.WARN);
    assertThat(check(broker, Duration.ofMinutes(3)).level()).isEqualTo(Finding.Level.WARN);
  }

  @Test
  void shouldFindNothingWrongWithTheSameClock(SharedBroker broker) throws Exception {
    assertThat(check(broker, Duration.ZERO))
        .isEqualTo(Finding.ok(ClusterClock.SUBJECT, "agrees with the clock of Kafka"));
  }
}
