package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.history.TestCluster;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.wire.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bridge in a separate process survives an outage that is longer than its producers retry, but
 * shorter than {@code broker.patience}. Its log has one line for the outage and one for its end.
 */
@Timeout(360)
class KafkaOutageIT {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final Duration OUTAGE = Duration.ofSeconds(25);
  private static final int JOBS = 400;
  private static final TopicNames TOPICS = new TopicNames(TopicNames.DEFAULT_PREFIX);

  @Test
  void shouldReportAnOutageInOneLineAndItsEndInAnotherAndGoOn(@TempDir Path directory)
      throws Exception {
    Path data = directory.resolve("kafka");
    EmbeddedKafka kafka = EmbeddedKafka.start(data, 0);
    String servers = kafka.bootstrapServers();
    int port = kafka.port();
    SimulatorOptions options = SimulatorOptions.defaults().withSpeed(100);
    try (SimulatorServer simulator = SimulatorServer.start(options);
        TestCluster cluster = new TestCluster(servers);
        BridgeProcess bridge =
            BridgeProcess.start(directory, settings(servers, simulator), "run")) {
      bridge.awaitLine("imsbridge ready");
      List<String> jobs = simulator.catalogue().ids().limit(JOBS).toList();
      request(cluster, jobs);
      await().atMost(SOON).until(() -> !completions(cluster).isEmpty());
      kafka.close();
      long begun = System.nanoTime();
      await().atMost(SOON).until(() -> System.nanoTime() - begun > OUTAGE.toNanos());

      kafka = EmbeddedKafka.start(data, port);
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(completions(cluster)).as(bridge.err()).hasSameSizeAs(jobs));
      // The bridge looks for the broker every 5 s, so the jobs can end before it reports it.
      await().atMost(SOON).until(() -> bridge.err().contains(" answers again, after "));
      bridge.signal(false);
      assertThat(bridge.awaitExit()).as(bridge.err()).isZero();

      assertThat(bridge.err()).doesNotContain("\tat ");
      assertThat(bridge.err().lines().filter(line -> !line.contains(" INFO ")))
          .satisfiesExactly(
              line -> assertThat(line).contains("no answer from " + servers),
              line -> assertThat(line).contains(servers + " answers again, after "));
    } finally {
      kafka.close();
    }
  }

  private static Map<String, String> settings(String servers, SimulatorServer simulator) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", servers);
    // Instead of 2 min, so that the outage can be shorter.
    settings.put("IMSBRIDGE_KAFKA_STREAMS_PRODUCER_DELIVERY_TIMEOUT_MS", "8000");
    settings.put("IMSBRIDGE_KAFKA_STREAMS_PRODUCER_REQUEST_TIMEOUT_MS", "5000");
    settings.put("IMSBRIDGE_TOPICS_PARTITIONS", "2");
    settings.put("IMSBRIDGE_HTTP_LISTEN", "127.0.0.1:0");
    settings.put("IMSBRIDGE_IMS_ENDPOINT", simulator.uri().toString());
    settings.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
    settings.put("IMSBRIDGE_IMS_AUTH", "none");
    settings.put("IMSBRIDGE_IMS_RATE", "1000");
    settings.put("IMSBRIDGE_POLL_POLICY", "fixed");
    settings.put("IMSBRIDGE_POLL_INTERVAL", "300ms");
    return settings;
  }

  private static void request(TestCluster cluster, List<String> jobs) {
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      jobs.forEach(
          job -> producer.send(new ProducerRecord<>(TOPICS.requests(), job.getBytes(UTF_8))));
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> completions(TestCluster cluster) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    var consumer = cluster.consumer();
    try (TopicReader reader =
        TopicReader.open(consumer, TopicReader.partitions(consumer, TOPICS.completions()))) {
      while (!reader.done()) {
        records.addAll(reader.next());
      }
    }
    return records;
  }
}
