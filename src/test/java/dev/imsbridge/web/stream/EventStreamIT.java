package dev.imsbridge.web.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.history.EventLayout;
import dev.imsbridge.topics.DeclaredTopics;
import dev.imsbridge.topics.TopicSettings;
import dev.imsbridge.topics.Topics;
import dev.imsbridge.web.SseClient;
import dev.imsbridge.wire.TopicNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The event stream with real clients and a real broker: each event arrives once, in order. */
@ExtendWith(SharedBroker.Extension.class)
@Timeout(120)
class EventStreamIT {
  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final EventStreamSettings SETTINGS =
      settings(Duration.ofSeconds(15), Duration.ofSeconds(10));

  private static EventStreamSettings settings(Duration heartbeat, Duration patience) {
    return new EventStreamSettings(8, 2, 1 << 20, heartbeat, patience, Duration.ofSeconds(1));
  }

  private final String bootstrapServers;
  private final TopicNames topics;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> written = new ArrayList<>();
  private long evidence;

  EventStreamIT(SharedBroker broker) {
    bootstrapServers = broker.bootstrapServers();
    topics = new TopicNames(broker.newPrefix());
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                topics.prefix() + "writer",
                // Same as the topology's: on a busy broker, the batches behind a rejected one never
                // complete.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                1),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      TopicSettings settings =
          new TopicSettings(
              topics,
              OptionalInt.of(PARTITIONS),
              OptionalInt.of(1),
              OptionalInt.of(1),
              Optional.empty());
      new Topics(admin, DeclaredTopics.bundled(settings), List.of()).apply();
    }
    producer.initTransactions();
  }

  @AfterEach
  void close() throws Exception {
    producer.close(Duration.ofSeconds(1));
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  /** The part of a bridge instance that these tests need. */
  private final class Instance implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final MeterRegistry metrics = new SimpleMeterRegistry();
    private final EventStream stream;
    private final HttpServer server;

    Instance(EventStreamSettings settings) throws Exception {
      stream = new EventStream(settings, metrics);
      Router router = Router.router(vertx);
      router.get("/api/v1/events").handler(stream::handle);
      server =
          vertx
              .createHttpServer()
              .requestHandler(router)
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS);
      open.add(this);
    }

    Instance start() throws Exception {
      stream.start(Map.of("bootstrap.servers", bootstrapServers), topics);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                try (SseClient probe = SseClient.open(port(), "", null)) {
                  return probe.status() == 200;
                }
              });
      return this;
    }

    int port() {
      return server.actualPort();
    }

    SseClient client(String query, String lastId) throws Exception {
      SseClient client = SseClient.open(port(), query, lastId);
      assertThat(client.status()).isEqualTo(200);
      open.add(client);
      await().atMost(PATIENCE).until(() -> !client.messages().isEmpty());
      assertThat(client.messages().get(0).name()).isEqualTo("ready");
      return client;
    }

    @Override
    public void close() throws Exception {
      stream.close();
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private Instance instance() throws Exception {
    return new Instance(SETTINGS).start();
  }

  /** Writes all events of a job in one transaction. */
  private void job(String id, String padding) {
    producer.beginTransaction();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String status : List.of("INIT", "RUNNING", "SUCCESS", "COMPLETED")) {
      String topic = status.equals("COMPLETED") ? topics.completions() : topics.transitions();
      records.add(StreamEvents.record(topic, id, id, status, evidence, padding));
      written.add(id + "-" + status);
    }
    evidence++;
    // Worst case: the completion is sent before its transitions.
    for (int i = records.size() - 1, next = 0; i >= 0; i--) {
      producer.send(i == records.size() - 1 ? records.get(i) : records.get(next++));
      if (i == records.size() - 1) {
        producer.flush();
      }
    }
    producer.commitTransaction();
  }

  private void jobs(String prefix, int count) {
    for (int i = 0; i < count; i++) {
      job(prefix + i, "");
    }
  }

  private static void inOrder(List<String> events) {
    Map<String, Integer> ranks = new java.util.HashMap<>();
    List<String> statuses = List.of("INIT", "RUNNING", "SUCCESS", "COMPLETED");
    for (String event : events) {
      int dash = event.lastIndexOf('-');
      int rank = statuses.indexOf(event.substring(dash + 1));
      Integer before = ranks.put(event.substring(0, dash), rank);
      assertThat(rank).as(event).isEqualTo(before == null ? 0 : before + 1);
    }
  }

  private void got(List<String> events) {
    assertThat(events).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(written);
    inOrder(events);
  }

  @Test
  void shouldTellOfEventsAsTheyCome() throws Exception {
    Instance bridge = instance();
    jobs("before", 2);
    await().atMost(PATIENCE).until(() -> bridge.client("", null).lastId() != null);
    SseClient early = bridge.client("", null);
    written.clear();
    jobs("now", 20);
    await().atMost(PATIENCE).until(() -> early.events().contains("now19-COMPLETED"));
    assertThat(early.header("content-type")).startsWith("text/event-stream");
    assertThat(early.header("cache-control")).isEqualTo("no-store");
    List<String> events = early.events().stream().filter(each -> each.startsWith("now")).toList();
    got(events);
    SseClient.Message one = early.messages().get(early.messages().size() - 1);
    assertThat(one.data()).contains("\"specversion\":\"1.0\"", "\"data\":{\"job_id\"");
    assertThat(one.id()).isNotEmpty();
  }

  @Test
  void shouldGoOnAfterARestartWhereTheClientLeftOff() throws Exception {
    Instance first = instance();
    SseClient client = first.client("", null);
    jobs("a", 15);
    await().atMost(PATIENCE).until(() -> client.events().size() == 60);
    // Simulates a connection that broke in the middle.
    int cut = client.messages().size() / 2;
    List<String> all = new ArrayList<>(client.events().subList(0, cut - 1));
    String lastId = client.messages().get(cut - 1).id();
    first.close();
    await().atMost(PATIENCE).until(client::ended);
    assertThat(client.messages().get(client.messages().size() - 1).data()).contains("shutdown");
    jobs("b", 10);

    // A library appends its own id, which is newer than the one in the address.
    SseClient again =
        instance()
            .client(
                "?last_event_id=%s&lastEventId=%s&_=1"
                    .formatted(client.messages().get(0).id(), lastId),
                null);
    jobs("c", 5);
    await().atMost(PATIENCE).until(() -> again.events().contains("c4-COMPLETED"));
    all.addAll(again.events());
    got(all);
  }

  @Test
  void shouldGoOnFromFarBehindWhileEventsAreWritten() throws Exception {
    Instance first = instance();
    String begin = first.client("", null).lastId();
    first.close();
    String padding = "x".repeat(2_000);
    for (int i = 0; i < 200; i++) {
      job("old" + i, padding);
    }
    Instance bridge = instance();
    AtomicBoolean stop = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              for (int i = 0; !stop.get(); i++) {
                job("new" + i, padding);
              }
            });
    writer.start();
    SseClient client = bridge.client("", begin);
    // It keeps reading new events, so it has joined the shared chain.
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                client.events().size() > 900
                    && bridge.metrics.get("imsbridge.events.catching.up").gauge().value() == 0);
    stop.set(true);
    writer.join();
    await().atMost(PATIENCE).until(() -> client.events().size() >= written.size());
    got(client.events());
    // Resume from the middle of that, at the same instance and at another.
    int cut = client.messages().size() / 3;
    String middle = client.messages().get(cut).id();
    List<String> head = client.events().subList(0, cut);
    for (Instance each : List.of(bridge, instance())) {
      SseClient again = each.client("", middle);
      await().atMost(PATIENCE).until(() -> again.events().size() >= written.size() - cut);
      List<String> both = new ArrayList<>(head);
      both.addAll(again.events());
      got(both);
    }
  }

  @Test
  void shouldDropWhoDoesNotReadAndServeTheOthers() throws Exception {
    Instance bridge = instance();
    SseClient quick = bridge.client("", null);
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress("127.0.0.1", bridge.port()));
      slow.getOutputStream()
          .write("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      await().atMost(PATIENCE).until(() -> slow.getInputStream().available() > 0);
      String padding = "x".repeat(50_000);
      int count = 0;
      while (dropped(bridge, "slow") == 0 && count < 400) {
        job("j" + count++, padding);
        await().atMost(PATIENCE).until(() -> quick.events().size() == written.size());
      }
      assertThat(dropped(bridge, "slow")).isEqualTo(1);
      await()
          .atMost(PATIENCE)
          .until(() -> bridge.metrics.get("imsbridge.events.clients").gauge().value() == 1);
      // The client receives the reason when it finally reads.
      String all = readAll(slow);
      assertThat(all.substring(Math.max(0, all.length() - 200)))
          .contains("event: dropped\ndata: {\"reason\":\"slow\"}");
    }
    got(quick.events());
    assertThat(quick.ended()).isFalse();
  }

  private static double dropped(Instance bridge, String reason) {
    return bridge.metrics.get("imsbridge.events.dropped").tag("reason", reason).counter().count();
  }

  private static String readAll(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[1 << 16];
    while (text.indexOf("event: dropped", Math.max(0, text.length() - 70_000)) < 0
        || !text.toString().endsWith("\r\n")) {
      int read = socket.getInputStream().read(buffer);
      if (read < 0) {
        break;
      }
      text.append(new String(buffer, 0, read, UTF_8));
    }
    return text.toString();
  }

  @Test
  void shouldLetAFilteredClientAdvanceByItsHeartbeats() throws Exception {
    Instance bridge =
        new Instance(settings(Duration.ofMillis(100), Duration.ofSeconds(10))).start();
    SseClient all = bridge.client("", null);
    SseClient client = bridge.client("?job=mine&kind=completion", null);
    SseClient succeeded = bridge.client("?outcome=success", null);
    SseClient failed = bridge.client("?outcome=FAILED&outcome=lost", null);
    String begin = client.lastId();
    job("other", "");
    job("mine", "");
    await().atMost(PATIENCE).until(() -> client.events().equals(List.of("mine-COMPLETED")));
    job("third", "");
    await().atMost(PATIENCE).until(() -> all.events().contains("third-COMPLETED"));
    int beats = client.comments();
    await().atMost(PATIENCE).until(() -> client.comments() > beats + 1);
    String id = client.lastId();
    Set<String> ids = new HashSet<>(List.of(begin, client.messages().get(1).id(), id));
    assertThat(ids).hasSize(3);
    assertThat(client.events()).containsExactly("mine-COMPLETED");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Set.copyOf(succeeded.events())
                    .equals(Set.of("other-COMPLETED", "mine-COMPLETED", "third-COMPLETED")));
    assertThat(failed.events()).isEmpty();
    // Events that the filter rejected are not sent again.
    SseClient again = bridge.client("", id);
    job("fourth", "");
    await().atMost(PATIENCE).until(() -> again.events().size() == 4);
    assertThat(again.events()).allMatch(each -> each.startsWith("fourth"));
  }

  @Test
  void shouldSayWhatRetentionTook() throws Exception {
    Instance first = instance();
    String begin = first.client("", null).lastId();
    first.close();
    for (int i = 0; i < 30; i++) {
      job("j" + i, "x".repeat(1000));
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      TopicPartition partition = new TopicPartition(topics.transitions(), 0);
      admin
          .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(6)))
          .all()
          .get(10, TimeUnit.SECONDS);
    }
    Instance bridge = instance();
    jobs("later", 5);
    EventLayout layout = new EventLayout(topics, PARTITIONS, PARTITIONS);
    long[] from = StreamPosition.decode(layout, begin);
    from[0] = 2;
    from[1] = 1_000_000;
    SseClient client = bridge.client("", StreamPosition.encode(layout, from));
    await().atMost(PATIENCE).until(() -> client.messages().size() > 3);
    SseClient.Message retention = client.messages().get(1);
    assertThat(retention.name()).isEqualTo("gap");
    assertThat(retention.data())
        .contains("\"reason\":\"retention\"", "\"partition\":0,\"from\":2,\"to\":6");
    assertThat(client.messages().get(2).data())
        .contains("\"reason\":\"beyond_end\"", "\"partition\":1,\"from\":1000000");
    job("after", "");
    await().atMost(PATIENCE).until(() -> client.events().contains("after-COMPLETED"));
  }

  @Test
  void shouldRefuseWhatMakesNoSense() throws Exception {
    Instance bridge = instance();
    EventLayout wider = new EventLayout(topics, PARTITIONS + 1, PARTITIONS);
    String elsewhere = StreamPosition.encode(wider, new long[wider.size()]);
    for (String query :
        List.of(
            "?status=DONE",
            "?outcome=RUNNING",
            "?job=a%2Fb",
            "?nonsense=1",
            "?last_event_id=xyz",
            "?label=x",
            "?last_event_id=" + elsewhere)) {
      try (SseClient client = SseClient.open(bridge.port(), query, null)) {
        assertThat(client.status()).as(query).isEqualTo(400);
        assertThat(client.header("content-type")).isEqualTo("application/problem+json");
        assertThat(client.body()).contains("\"detail\":").doesNotContain("Exception");
      }
    }
    try (SseClient client = SseClient.open(bridge.port(), "", "%00")) {
      assertThat(client.status()).isEqualTo(400);
    }
  }

  @Test
  void shouldServeSoManyClientsOnly() throws Exception {
    Instance notYet = new Instance(SETTINGS);
    try (SseClient early = SseClient.open(notYet.port(), "", null)) {
      assertThat(early.status()).isEqualTo(503);
      assertThat(early.header("retry-after")).isNotNull();
    }
    shouldSendABrowserToComeAgain(notYet);
    Instance bridge = notYet.start();
    List<SseClient> clients = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .until(() -> bridge.metrics.get("imsbridge.events.clients").gauge().value() == 0);
    for (int i = 0; i < 8; i++) {
      clients.add(bridge.client("", null));
    }
    try (SseClient refused = SseClient.open(bridge.port(), "", null)) {
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body()).contains("too many clients");
    }
    shouldSendABrowserToComeAgain(bridge);
    clients.get(0).close();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              try (SseClient next = SseClient.open(bridge.port(), "", null)) {
                return next.status() == 200;
              }
            });
  }

  /** An EventSource does not retry after 503, but reconnects when its stream ends. */
  private static void shouldSendABrowserToComeAgain(Instance bridge) throws Exception {
    try (SseClient browser = SseClient.browser(bridge.port(), "")) {
      assertThat(browser.status()).isEqualTo(200);
      assertThat(browser.header("content-type")).startsWith("text/event-stream");
      await().atMost(PATIENCE).until(browser::ended);
      assertThat(browser.retry()).isEqualTo("5000");
      assertThat(browser.messages()).isEmpty();
    }
  }

  /** Regression: clients that did not read occupied all catch-up threads. */
  @Test
  void shouldCatchUpThoseThatReadWhileOthersDoNot() throws Exception {
    Instance first = instance();
    String begin = first.client("", null).lastId();
    first.close();
    String padding = "x".repeat(100_000);
    for (int i = 0; i < 50; i++) {
      job("old" + i, padding);
    }
    // More clients that do not read than threads. They must still be there when the others have
    // caught up, also on a busy machine.
    Instance bridge =
        new Instance(settings(Duration.ofSeconds(15), Duration.ofSeconds(12))).start();
    for (int i = 0; i < 4; i++) {
      Socket slow = new Socket();
      open.add(slow);
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress("127.0.0.1", bridge.port()));
      slow.getOutputStream()
          .write(
              "GET /api/v1/events?last_event_id=%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .formatted(begin)
                  .getBytes(UTF_8));
    }
    await().atMost(PATIENCE).until(() -> catchingUp(bridge) == 4);

    SseClient client = bridge.client("", begin);
    await().atMost(PATIENCE).until(() -> client.events().size() == written.size());
    got(client.events());
    assertThat(dropped(bridge, "slow")).as("those before it have their places still").isZero();

    await().atMost(PATIENCE).until(() -> dropped(bridge, "slow") == 4 && catchingUp(bridge) == 0);
    job("later", "");
    await().atMost(PATIENCE).until(() -> client.events().contains("later-COMPLETED"));
  }

  private static double catchingUp(Instance bridge) {
    return bridge.metrics.get("imsbridge.events.catching.up").gauge().value();
  }

  /** A client that reads slowly gets each event once, over many turns. */
  @Test
  void shouldCatchUpSlowReadersInTurns() throws Exception {
    Instance first = instance();
    String begin = first.client("", null).lastId();
    first.close();
    String padding = "x".repeat(100_000);
    for (int i = 0; i < 25; i++) {
      job("old" + i, padding);
    }
    Instance bridge = instance();
    List<SseClient> clients = new ArrayList<>();
    Semaphore pace = new Semaphore(0);
    for (int i = 0; i < 6; i++) {
      SseClient client = SseClient.paced(bridge.port(), begin, pace);
      open.add(client);
      clients.add(client);
    }
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              pace.release();
              // One more for the ready event.
              return clients.stream().allMatch(each -> each.messages().size() > written.size());
            });
    clients.forEach(client -> got(client.events()));
  }

  /** After a restart of the bridge, all clients reconnect at once, each at its own position. */
  @Test
  void shouldCatchUpAllClientsThatThereMayBe() throws Exception {
    Instance first = new Instance(EventStreamSettings.DEFAULTS).start();
    SseClient before = first.client("", null);
    jobs("seen", 50);
    await().atMost(PATIENCE).until(() -> before.events().size() == written.size());
    List<SseClient.Message> seen = List.copyOf(before.messages());
    first.close();
    for (int i = 0; i < 100; i++) {
      job("missed" + i, "x".repeat(1_000));
    }
    Instance bridge = new Instance(EventStreamSettings.DEFAULTS).start();
    await()
        .atMost(PATIENCE)
        .until(() -> bridge.metrics.get("imsbridge.events.clients").gauge().value() == 0);
    int many = EventStreamSettings.DEFAULTS.clients();
    long begin = System.nanoTime();
    List<SseClient> clients = new ArrayList<>();
    List<Integer> missed = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      int at = i % seen.size();
      SseClient client = SseClient.open(bridge.port(), "", seen.get(at).id());
      open.add(client);
      assertThat(client.status()).isEqualTo(200);
      clients.add(client);
      missed.add(written.size() - at);
    }
    // One more for the ready event.
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                IntStream.range(0, many)
                    .allMatch(i -> clients.get(i).messages().size() > missed.get(i)));
    System.out.printf(
        "%d clients that came at once had caught up after %d ms%n",
        many, (System.nanoTime() - begin) / 1_000_000);
    for (int i = 0; i < many; i++) {
      assertThat(clients.get(i).events()).doesNotHaveDuplicates().hasSize(missed.get(i));
    }
    job("now", "");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                clients.stream()
                    .allMatch(
                        each ->
                            each.messages()
                                .get(each.messages().size() - 1)
                                .data()
                                .contains("\"now-COMPLETED\"")));
    assertThat(clients).noneMatch(SseClient::ended);
  }

  @Test
  void shouldSendClientsToComeAgainWhenThereAreMorePartitions() throws Exception {
    Instance bridge = instance();
    SseClient client = bridge.client("", null);
    jobs("before", 5);
    await().atMost(PATIENCE).until(() -> client.events().size() == written.size());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .createPartitions(
              Map.of(
                  topics.transitions(),
                  NewPartitions.increaseTo(PARTITIONS + 2),
                  topics.completions(),
                  NewPartitions.increaseTo(PARTITIONS + 1)))
          .all()
          .get(10, TimeUnit.SECONDS);
    }
    await().atMost(PATIENCE).until(client::ended);
    assertThat(client.messages().get(client.messages().size() - 1).data()).contains("interrupted");
    List<String> events = new ArrayList<>(client.events());
    producer.partitionsFor(topics.transitions());
    jobs("after", 20);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              try (SseClient probe = SseClient.open(bridge.port(), "", null)) {
                return probe.status() == 200;
              }
            });
    SseClient again = bridge.client("", client.lastId());
    await().atMost(PATIENCE).until(() -> again.events().size() == written.size() - 20);
    events.addAll(again.events());
    got(events);
  }
}
