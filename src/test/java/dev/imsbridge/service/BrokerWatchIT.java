package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Uses its own broker, because the test stops it. */
@Timeout(120)
class BrokerWatchIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration EVERY = Duration.ofMillis(500);
  private static final Duration AGAIN = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(12);

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<String> gone = new CopyOnWriteArrayList<>();

  @Test
  void shouldSayNowAndThenThatNoBrokerAnswersAndOnceThatOneIsBackAndGiveUpInTheEnd(
      @TempDir Path directory) throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0);
    String address = kafka.bootstrapServers();
    int port = kafka.port();
    BridgeConfig config =
        BridgeConfig.load(null, Map.of(), List.of(Keys.KAFKA_BOOTSTRAP + "=" + address));
    try (BrokerWatch watch =
        new BrokerWatch(
            KafkaAccess.of(config),
            PATIENCE,
            EVERY,
            AGAIN,
            told::add,
            (line, why) -> gone.add(line))) {
      kafka.close();
      await().atMost(SOON).until(() -> told.size() == 2);
      assertThat(watch.reachable()).isFalse();

      kafka = EmbeddedKafka.start(directory, port);
      await().atMost(SOON).until(watch::reachable);
      assertThat(told)
          .first()
          .asString()
          .matches("no answer from \\Q" + address + "\\E for 1 s; waiting up to 12 s .*");
      assertThat(told.get(1)).matches("no answer from .* for [45] s; .*");
      assertThat(told.get(told.size() - 1))
          .matches("\\Q" + address + "\\E answers again, after \\d+ s");
      assertThat(gone).isEmpty();
      told.clear();

      kafka.close();
      await().atMost(SOON).until(() -> !gone.isEmpty());
      assertThat(gone.get(0)).startsWith("no Kafka at " + address);
      assertThat(told).as("in 12 s, one every 3 s").hasSizeBetween(3, 4);
    } finally {
      kafka.close();
    }
  }
}
