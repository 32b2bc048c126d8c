package dev.imsbridge.poller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.ClientSettings;
import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.wire.TopicNames;
import dev.imsbridge.wire.Watches;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses a separate broker because the test stops it. */
class PollerOutageIT {
  private static final ProjectRef REF = new ProjectRef("cn-north-4", "p1");
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final TopicNames TOPICS = new TopicNames("t.");

  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  @Test
  void shouldGoOnAfterARestartOfKafkaAndGiveUpWhenItIsGoneForGood(@TempDir Path directory)
      throws Exception {
    Vertx vertx = Vertx.vertx();
    EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0);
    int port = kafka.port();
    Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (ScriptedServer ims = new ScriptedServer(vertx);
        ImsClient client = new ImsClient(vertx, ClientSettings.DEFAULTS, InstantSource.system())) {
      createTopics(config);
      open(config, "a");
      PollerSettings settings =
          new PollerSettings(
              TOPICS, config, config, EngineSettings.DEFAULTS, Duration.ofSeconds(20));
      try (Poller poller =
          Poller.start(
              settings,
              List.of(ims.project(REF, new BudgetSettings(1_000, 100, 100))),
              client,
              new FixedPolicy(Duration.ofMillis(100)),
              Set.of(),
              InstantSource.system(),
              failures::add)) {
        await().atMost(SOON).until(() -> ims.asked("a") > 3);
        kafka.close();
        ims.say("a", jobId -> ScriptedServer.job(jobId, "SUCCESS"));
        kafka = EmbeddedKafka.start(directory, port);
        await().atMost(SOON).until(() -> poller.view().parkedWatches() == 1);
        open(config, "b");
        await().atMost(SOON).until(() -> ims.asked("b") > 3);
        assertThat(failures).isEmpty();

        kafka.close();
        await().atMost(SOON).until(() -> !failures.isEmpty());
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0))
            .isInstanceOf(KafkaException.class)
            .hasMessageContaining("no contact with Kafka");
        long from = System.nanoTime();
        poller.close();
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(10));
      }
    } finally {
      kafka.close();
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private static void createTopics(Map<String, Object> config) throws Exception {
    try (Admin admin = Admin.create(config)) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(TOPICS.watches(), 1, (short) 1),
                  new NewTopic(TOPICS.observations(), 1, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
      Map<TopicPartition, OffsetSpec> ends =
          Map.of(
              new TopicPartition(TOPICS.watches(), 0),
              OffsetSpec.latest(),
              new TopicPartition(TOPICS.observations(), 0),
              OffsetSpec.latest());
      // The broker learns of a topic shortly after the controller has created it.
      await()
          .atMost(SOON)
          .ignoreExceptions()
          .until(() -> admin.listOffsets(ends).all().get(30, TimeUnit.SECONDS) != null);
    }
  }

  private static void open(Map<String, Object> config, String jobId) throws Exception {
    Instant now = Instant.now();
    Watch watch = new Watch(jobId, jobId, REF, null, 1, now, now.plus(Duration.ofHours(1)));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(TOPICS.watches(), jobId.getBytes(UTF_8), Watches.encode(watch)))
          .get(60, TimeUnit.SECONDS);
    }
  }
}
