package dev.imsbridge.web.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.topics.DeclaredTopics;
import dev.imsbridge.topics.TopicSettings;
import dev.imsbridge.topics.Topics;
import dev.imsbridge.web.SseClient;
import dev.imsbridge.wire.TopicNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Uses a separate broker because the test stops it. */
@Timeout(120)
class EventStreamOutageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final TopicNames TOPICS = new TopicNames("t.");

  private final Vertx vertx = Vertx.vertx();
  private final EventStream stream =
      new EventStream(
          new EventStreamSettings(
              8,
              2,
              1 << 20,
              Duration.ofMillis(200),
              Duration.ofSeconds(10),
              Duration.ofMillis(200)),
          new SimpleMeterRegistry());

  @AfterEach
  void close() throws Exception {
    stream.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Each client that reconnects needs a reader, and a browser may not reconnect at all. */
  @Test
  void shouldKeepClientsThroughAnOutageOfKafka(@TempDir Path directory) throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0);
    int port = kafka.port();
    String servers = kafka.bootstrapServers();
    createTopics(servers);
    int http = listen(servers);
    SseClient client;
    SseClient late;
    try {
      await().atMost(PATIENCE).until(() -> SseClient.open(http, "", null).status() == 200);
      client = SseClient.open(http, "", null);
      write(servers, "before");
      await().atMost(PATIENCE).until(() -> client.events().contains("before-SUCCESS"));
    } finally {
      kafka.close();
    }
    // Several times as long as the API timeout of the reader.
    int beats = client.comments();
    await()
        .during(Duration.ofSeconds(6))
        .atMost(Duration.ofSeconds(7))
        .until(() -> !client.ended());
    assertThat(client.comments()).isGreaterThan(beats + 10);
    late = SseClient.open(http, "", client.lastId());
    assertThat(late.status()).isEqualTo(200);

    try (EmbeddedKafka again = EmbeddedKafka.start(directory, port)) {
      write(again.bootstrapServers(), "after");
      for (SseClient each : new SseClient[] {client, late}) {
        await().atMost(PATIENCE).until(() -> each.events().contains("after-SUCCESS"));
        assertThat(each.ended()).isFalse();
      }
      assertThat(client.events()).containsExactly("before-SUCCESS", "after-SUCCESS");
      assertThat(late.events()).containsExactly("after-SUCCESS");
      stream.close();
    }
  }

  private int listen(String servers) throws Exception {
    Router router = Router.router(vertx);
    router.get("/api/v1/events").handler(stream::handle);
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    stream.start(
        Map.of(
            "bootstrap.servers",
            servers,
            "default.api.timeout.ms",
            1_000,
            "request.timeout.ms",
            1_000),
        TOPICS);
    return server.actualPort();
  }

  private static void createTopics(String servers) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      TopicSettings settings =
          new TopicSettings(
              TOPICS, OptionalInt.of(1), OptionalInt.of(1), OptionalInt.of(1), Optional.empty());
      new Topics(admin, DeclaredTopics.bundled(settings), List.of()).apply();
    }
  }

  private static void write(String servers, String id) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(StreamEvents.record(TOPICS.transitions(), id, id, "SUCCESS", 1, ""))
          .get(20, TimeUnit.SECONDS);
    }
  }
}
