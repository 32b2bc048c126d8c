package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker of its own, since it is stopped. */
@Timeout(120)
class BrokerWatchIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration EVERY = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(12);

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<String> gone = new CopyOnWriteArrayList<>();

  @Test
  void shouldSayOnceThatNoBrokerAnswersAndOnceThatOneIsBackAndGiveUpInTheEnd(
      @TempDir Path directory) throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0);
    String address = kafka.bootstrapServers();
    int port = kafka.port();
    BridgeConfig config =
        BridgeConfig.load(null, Map.of(), List.of(Keys.KAFKA_BOOTSTRAP + "=" + address));
    try (BrokerWatch watch =
        BrokerWatch.start(
            KafkaAccess.of(config), PATIENCE, EVERY, told::add, (line, why) -> gone.add(line))) {
      kafka.close();
      await().atMost(SOON).until(() -> !told.isEmpty());
      await().atMost(SOON).until(() -> !watch.reachable());

      kafka = EmbeddedKafka.start(directory, port);
      await().atMost(SOON).until(() -> told.size() > 1);
      await().atMost(SOON).until(watch::reachable);
      assertThat(told.get(0))
          .matches("no answer from \\Q" + address + "\\E for \\d+ s; waiting up to 12 s .*");
      assertThat(told.get(1)).matches("\\Q" + address + "\\E answers again, after \\d+ s");
      assertThat(gone).isEmpty();

      kafka.close();
      await().atMost(SOON).until(() -> !gone.isEmpty());
      assertThat(gone.get(0)).startsWith("no Kafka at " + address);
      assertThat(told).hasSize(3);
    } finally {
      kafka.close();
    }
  }
}
