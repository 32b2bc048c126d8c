package dev.imsbridge.poller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.ClientSettings;
import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.schedule.AdaptivePolicy;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import dev.imsbridge.wire.Watches;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.Extension.class)
class PollerIT {
  private static final int PARTITIONS = 4;
  private static final ProjectRef REF = new ProjectRef("cn-north-4", "p1");
  private static final BudgetSettings PLENTY = new BudgetSettings(10_000, 1_000, 200);
  private static final Duration SOON = Duration.ofSeconds(30);

  private final String bootstrap;
  private final TopicNames topics;
  private final Vertx vertx = Vertx.vertx();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private ScriptedServer ims;
  private ImsClient client;
  private KafkaProducer<byte[], byte[]> producer;
  private KafkaConsumer<byte[], byte[]> consumer;
  private final List<ConsumerRecord<byte[], byte[]>> observations = new ArrayList<>();

  PollerIT(SharedBroker broker) {
    bootstrap = broker.bootstrapServers();
    topics = new TopicNames(broker.newPrefix());
  }

  @BeforeEach
  void start() throws Exception {
    try (Admin admin = Admin.create(kafka())) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topics.watches(), PARTITIONS, (short) 1)
                      .configs(Map.of("cleanup.policy", "compact")),
                  new NewTopic(topics.observations(), PARTITIONS, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
      awaitLeaders(admin);
    }
    ims = new ScriptedServer(vertx);
    client = new ImsClient(vertx, ClientSettings.DEFAULTS, InstantSource.system());
    producer = new KafkaProducer<>(kafka(), new ByteArraySerializer(), new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(kafka(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> all =
        IntStream.range(0, PARTITIONS)
            .mapToObj(p -> new TopicPartition(topics.observations(), p))
            .toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  /**
   * A producer must not write before each partition has a leader. If a batch is refused at that
   * time and the next one is accepted, the partition has a gap in its sequence numbers for minutes.
   */
  private void awaitLeaders(Admin admin) throws Exception {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int i = 0; i < PARTITIONS; i++) {
      ends.put(new TopicPartition(topics.watches(), i), OffsetSpec.latest());
      ends.put(new TopicPartition(topics.observations(), i), OffsetSpec.latest());
    }
    // The broker learns of a topic shortly after the controller has created it.
    await()
        .ignoreExceptions()
        .until(() -> admin.listOffsets(ends).all().get(30, TimeUnit.SECONDS) != null);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : toClose) {
      each.close();
    }
    client.close();
    ims.close();
    producer.close();
    consumer.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(failures).isEmpty();
  }

  private Map<String, Object> kafka() {
    return Map.of("bootstrap.servers", bootstrap);
  }

  private Poller poller() {
    return poller(PLENTY, new FixedPolicy(Duration.ofMillis(100)));
  }

  private Poller poller(BudgetSettings budget, PollPolicy policy) {
    EngineSettings engine =
        new EngineSettings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofMinutes(90),
            new EngineSettings.Retries(Duration.ofMillis(50), Duration.ofMillis(200), 10, 3));
    PollerSettings settings = settings(topics, engine);
    Poller poller =
        Poller.start(
            settings,
            List.of(ims.project(REF, budget)),
            client,
            policy,
            Set.of(),
            InstantSource.system(),
            failures::add);
    toClose.add(poller);
    return poller;
  }

  private PollerSettings settings(TopicNames names, EngineSettings engine) {
    return new PollerSettings(names, kafka(), kafka(), engine, Duration.ofMinutes(10));
  }

  private void open(String jobId) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Watch watch = new Watch(jobId, jobId, REF, null, 1, now, now.plus(Duration.ofHours(1)));
    put(jobId, Watches.encode(watch));
  }

  private void close(String jobId) {
    put(jobId, null);
  }

  private void hostile(String jobId, Instant openedAt, Instant deadlineAt) {
    put(jobId, Watches.encode(new Watch(jobId, jobId, REF, null, 1, openedAt, deadlineAt)));
  }

  private void put(String jobId, byte[] value) {
    put(RootPartition.of(jobId, PARTITIONS), jobId, value);
  }

  private void put(int partition, String jobId, byte[] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(topics.watches(), partition, jobId.getBytes(UTF_8), value));
  }

  /** The observations of one job so far, as "kind" or "kind fault". */
  private List<String> observations(String jobId) {
    consumer.poll(Duration.ofMillis(100)).forEach(observations::add);
    return observations.stream()
        .filter(record -> jobId.equals(HeaderNames.text(record.headers(), HeaderNames.JOB_ID)))
        .map(
            record -> {
              String fault = HeaderNames.text(record.headers(), HeaderNames.FAULT);
              return HeaderNames.text(record.headers(), HeaderNames.KIND)
                  + (fault == null ? "" : " " + fault);
            })
        .toList();
  }

  @Test
  void shouldPollUntilTheTombstoneAndWriteWhatIsNew() {
    open("a");
    Poller poller = poller();
    await().atMost(SOON).until(() -> ims.asked("a") > 5);
    await().atMost(SOON).until(() -> observations("a").equals(List.of("answer")));
    ims.say("a", jobId -> ScriptedServer.job(jobId, "SUCCESS"));
    await().atMost(SOON).until(() -> observations("a").equals(List.of("answer", "answer")));
    long polls = ims.asked("a");
    open("b");
    await().atMost(SOON).until(() -> ims.asked("b") > 5);
    assertThat(ims.asked("a")).isEqualTo(polls);
    close("b");
    await().atMost(SOON).until(() -> poller.views(List.of("b")).isEmpty());
    long stopped = ims.asked("b");
    open("c");
    await().atMost(SOON).until(() -> ims.asked("c") > 5);
    assertThat(ims.asked("b")).isLessThanOrEqualTo(stopped + 1);
    ConsumerRecord<byte[], byte[]> first = observations.get(0);
    assertThat(first.partition()).isEqualTo(RootPartition.of("a", PARTITIONS));
    assertThat(first.value()).asString().isEqualTo(ScriptedServer.job("a", "RUNNING").body());
    assertThat(HeaderNames.text(first.headers(), HeaderNames.ATTEMPT)).isEqualTo("1");
  }

  @Test
  void shouldReadTheWholeTableAfterARestart() {
    IntStream.range(0, 5_000).forEach(i -> open("job-" + i));
    put("garbage", "{".getBytes(UTF_8));
    put("other", Watches.encode(new Watch("x", "x", REF, null, 1, Instant.EPOCH, Instant.EPOCH)));
    hostile("far-off", Instant.EPOCH, Instant.MAX);
    hostile("long-ago", Instant.MIN, Instant.now());
    Watch astray = new Watch("astray", "astray", REF, null, 1, Instant.now(), Instant.now());
    int foreign = (RootPartition.of("astray", PARTITIONS) + 1) % PARTITIONS;
    put(foreign, "astray", Watches.encode(astray));
    IntStream.range(0, 4_000).forEach(i -> close("job-" + i));
    Poller first = poller(PLENTY, new FixedPolicy(Duration.ofMinutes(10)));
    await().atMost(SOON).until(() -> ims.asked().size() >= 1_000);
    first.close();
    ims.forgetAsked();
    Poller second = poller(PLENTY, new FixedPolicy(Duration.ofMinutes(10)));
    await().atMost(SOON).until(() -> ims.asked().size() >= 1_000);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              PollerView view = second.view();
              assertThat(view.inFlight()).isZero();
              assertThat(view.openWatches()).isEqualTo(1_000);
              assertThat(view.restored()).isTrue();
            });
    assertThat(new HashSet<>(ims.asked())).hasSize(1_000).hasSameSizeAs(ims.asked());
    assertThat(ims.asked()).allMatch(id -> Integer.parseInt(id.substring(4)) >= 4_000);
  }

  @Test
  void shouldShareTheWatchesSoThatEachIsPolledByOne() {
    IntStream.range(0, 200).forEach(i -> open("job-" + i));
    Poller first = poller();
    await().atMost(SOON).until(() -> new HashSet<>(ims.asked()).size() == 200);
    Poller second = poller();
    Set<String> keys = IntStream.range(0, 200).mapToObj(i -> "job-" + i).collect(toSet());
    await().atMost(SOON).until(() -> partitions(second, keys).size() == PARTITIONS / 2);
    await().atMost(SOON).until(() -> second.view().restored() && first.view().restored());
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              Set<Integer> shared = partitions(first, keys);
              shared.retainAll(partitions(second, keys));
              assertThat(shared).isEmpty();
              assertThat(first.view().openWatches() + second.view().openWatches()).isEqualTo(200);
            });
    ims.forgetAsked();
    await().atMost(SOON).until(() -> new HashSet<>(ims.asked()).size() == 200);
    second.close();
    await().atMost(SOON).until(() -> first.view().openWatches() == 200);
    ims.forgetAsked();
    await().atMost(SOON).until(() -> new HashSet<>(ims.asked()).size() == 200);
  }

  /** The partitions of the watches that a poller has. */
  private static Set<Integer> partitions(Poller poller, Set<String> keys) {
    return poller.views(keys).keySet().stream()
        .map(key -> RootPartition.of(key, PARTITIONS))
        .collect(toCollection(HashSet::new));
  }

  @Test
  void shouldSayNotFoundOnceAfterTheGraceAndFaultsOnChange() {
    ims.say("gone", jobId -> new ScriptedServer.Reply(404, "{\"error_code\":\"IMG.0021\"}"));
    ims.say("html", jobId -> new ScriptedServer.Reply(502, "<html>"));
    open("gone");
    open("html");
    Poller poller = poller();
    await().atMost(SOON).until(() -> observations("gone").equals(List.of("not-found")));
    await().atMost(SOON).until(() -> observations("html").equals(List.of("fault transient")));
    ims.say("html", jobId -> ScriptedServer.job(jobId, "RUNNING"));
    await().atMost(SOON).until(() -> observations("html").size() == 2);
    long polls = ims.asked("gone");
    open("later");
    await().atMost(SOON).until(() -> ims.asked("later") > 5);
    assertThat(ims.asked("gone")).isEqualTo(polls);
    assertThat(observations("html")).containsExactly("fault transient", "answer");
    await().atMost(SOON).until(() -> poller.view().parkedWatches() == 1);
    assertThat(poller.views(List.of("gone")).get("gone").nextPollAt()).isNull();
  }

  @Test
  void shouldKnowAfterARestartHowLongJobsTook() {
    ims.say(jobId -> finished(jobId, Duration.ofMinutes(5)));
    IntStream.range(0, 20).forEach(i -> open("old-" + i));
    Poller before = poller();
    await().atMost(SOON).until(() -> before.view().parkedWatches() == 20);
    before.close();
    ims.say(jobId -> ScriptedServer.job(jobId, "RUNNING"));
    IntStream.range(0, 20).forEach(i -> close("old-" + i));
    open("new");
    PollPolicy adaptive =
        new AdaptivePolicy(Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(2));
    Poller after = poller(PLENTY, adaptive);
    await()
        .atMost(SOON)
        .until(
            () ->
                after.views(List.of("new")).values().stream()
                    .map(PollerView.Polled::nextPollAt)
                    .anyMatch(next -> next != null && next.isAfter(Instant.now().plusSeconds(20))));
  }

  private static ScriptedServer.Reply finished(String jobId, Duration took) {
    Instant end = Instant.parse("2024-11-06T07:00:00Z");
    return new ScriptedServer.Reply(
        200,
        """
        {"job_id": "%s", "job_type": "imsImportImageJob", "status": "SUCCESS",
         "begin_time": "%s", "end_time": "%s"}\
        """
            .formatted(jobId, end.minus(took), end));
  }

  @Test
  void shouldCloseWithinSecondsAndLeaveTheGroup() throws Exception {
    open("a");
    // A policy that learns, so that the poller also reads earlier observations.
    Poller poller =
        poller(
            PLENTY,
            new AdaptivePolicy(
                Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(2)));
    await().atMost(SOON).until(() -> ims.asked("a") > 0);
    long from = System.nanoTime();
    poller.close();
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("imsbridge-poller", "imsbridge-watch-reader", "imsbridge-history-reader");
    try (Admin admin = Admin.create(kafka())) {
      String group = topics.prefix() + "poller";
      // Shorter than the session timeout, after which the broker would end the membership.
      await()
          .atMost(Duration.ofSeconds(5))
          .until(
              () ->
                  admin
                      .describeConsumerGroups(List.of(group))
                      .describedGroups()
                      .get(group)
                      .get(10, TimeUnit.SECONDS)
                      .members()
                      .isEmpty());
    }
  }

  @Test
  void shouldSayWhenItBreaksDownWhateverBreaks() {
    PollPolicy broken =
        (type, age, random) -> {
          throw new StackOverflowError("a policy that is broken");
        };
    poller(PLENTY, broken);
    open("job-1");
    await().untilAsserted(() -> assertThat(failures).hasSize(1));
    failures.clear();
  }

  @Test
  void shouldSayWhatToDoWhenTheTopicsAreMissing() {
    PollerSettings settings = settings(new TopicNames("absent."), EngineSettings.DEFAULTS);
    assertThatThrownBy(
            () ->
                Poller.start(
                    settings,
                    List.of(),
                    client,
                    new FixedPolicy(SOON),
                    Set.of(),
                    InstantSource.system(),
                    failures::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("absent.watches")
        .hasMessageContaining("topics apply");
  }
}
