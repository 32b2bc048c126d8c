package dev.imsbridge.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.wire.TopicNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A broker of its own, since it is stopped. */
@Timeout(240)
class TopologyOutageIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int JOBS = 30;
  private static final TopicNames TOPICS = new TopicNames("t.");

  private final Logger committing =
      (Logger) LoggerFactory.getLogger("org.apache.kafka.streams.processor.internals.TaskExecutor");
  private final ListAppender<ILoggingEvent> timeouts = new ListAppender<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  @BeforeEach
  void listen() {
    timeouts.start();
    committing.addAppender(timeouts);
    committing.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    committing.detachAppender(timeouts);
    committing.setAdditive(true);
  }

  /** In the middle of a transaction, so that the producer gives up on two calls in a row. */
  @Test
  void shouldGoOnAfterAnOutageLongerThanItsProducerWaits(@TempDir Path directory) {
    Path data = directory.resolve("kafka");
    EmbeddedKafka kafka = EmbeddedKafka.start(data, 0);
    String servers = kafka.bootstrapServers();
    int port = kafka.port();
    TopologyIT.createTopics(servers, TOPICS, 1);
    Map<String, Object> config = TopologyIT.config(servers, "t.", directory.resolve("state"));
    config.put(StreamsConfig.producerPrefix("max.block.ms"), 2_000);
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 5_000);
    try (TopologyService service =
        TopologyService.start(
            TopologyIT.settings("t."), config, new SimpleMeterRegistry(), failures::add)) {
      request(servers, "before-");
      await().atMost(SOON).until(() -> watches(servers, "read_committed").size() == JOBS);
      request(servers, "during-");
      await().atMost(SOON).until(() -> watches(servers, "read_uncommitted").size() == 2 * JOBS);
      kafka.close();
      await().atMost(SOON).until(() -> timeouts.list.size() > 1);

      kafka = EmbeddedKafka.start(data, port);
      request(servers, "after-");
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                assertThat(failures).isEmpty();
                assertThat(watches(servers, "read_committed"))
                    .hasSize(3 * JOBS)
                    .allSatisfy((job, times) -> assertThat(times).as(job).isEqualTo(1));
              });
      await().atMost(SOON).until(service::ready);
    } finally {
      kafka.close();
    }
  }

  private static void request(String servers, String jobs) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < JOBS; i++) {
        var unused =
            producer.send(new ProducerRecord<>(TOPICS.requests(), (jobs + i).getBytes(UTF_8)));
      }
    }
  }

  /** How often each watch was opened. */
  private static Map<String, Integer> watches(String servers, String isolation) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", servers);
    config.put("isolation.level", isolation);
    Map<String, Integer> opened = new TreeMap<>();
    TopicPartition partition = new TopicPartition(TOPICS.watches(), 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(record -> opened.merge(new String(record.key(), UTF_8), 1, Integer::sum));
      }
    }
    return opened;
  }
}
