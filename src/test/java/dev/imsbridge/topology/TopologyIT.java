package dev.imsbridge.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobRequest.Correlation;
import dev.imsbridge.job.Watch;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.topics.DeclaredTopics;
import dev.imsbridge.topics.TopicSettings;
import dev.imsbridge.topics.Topics;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.ImsExamples;
import dev.imsbridge.wire.Observation;
import dev.imsbridge.wire.Observation.Kind;
import dev.imsbridge.wire.RequestForms;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests exactly-once processing on a real broker, which a driver with one partition and one commit
 * per record cannot show. A read_committed consumer must see every expected transition once and in
 * order, even if instances are stopped or killed in between.
 */
@ExtendWith(SharedBroker.Extension.class)
@Timeout(300)
class TopologyIT {
  private static final int PARTITIONS = 3;
  private static final int JOBS = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final String bootstrapServers;
  private final String prefix;
  private final TopicNames topics;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private @TempDir Path directory;

  TopologyIT(SharedBroker broker) {
    bootstrapServers = broker.bootstrapServers();
    prefix = broker.newPrefix();
    topics = new TopicNames(prefix);
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    createTopics(bootstrapServers, topics, PARTITIONS);
  }

  static void createTopics(String bootstrapServers, TopicNames topics, int partitions) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      TopicSettings settings =
          new TopicSettings(
              topics,
              OptionalInt.of(partitions),
              OptionalInt.of(1),
              OptionalInt.of(1),
              Optional.empty());
      new Topics(admin, DeclaredTopics.bundled(settings), List.of()).apply();
    }
  }

  @AfterEach
  void close() {
    producer.close();
  }

  static TopologySettings settings(String prefix) {
    return BridgeDriver.settings(
        new TopicNames(prefix), FoldRules.DEFAULTS, CloudEvent.Mode.BINARY);
  }

  static Map<String, Object> config(String bootstrapServers, String prefix, Path stateDirectory) {
    Map<String, Object> config = new HashMap<>();
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, prefix + "app");
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    // Shorter than in production, so that the test waits less for the group and the transaction of
    // a killed instance.
    config.put(StreamsConfig.mainConsumerPrefix("session.timeout.ms"), 6_000);
    config.put(StreamsConfig.producerPrefix("transaction.timeout.ms"), 8_000);
    return config;
  }

  private TopologyService start(String name) {
    return TopologyService.start(
        settings(prefix),
        config(bootstrapServers, prefix, directory.resolve(name)),
        new SimpleMeterRegistry(),
        failures::add);
  }

  // ---- kill -9

  @Test
  void shouldPublishEachTransitionOnceThoughItIsKilledWithAndWithoutItsState() throws Exception {
    try (TopologyProcess first = process("state")) {
      requestAll();
      feed("INIT");
      awaitTransitions(JOBS);
      feed("RUNNING");
      first.kill();
    }
    try (TopologyProcess second = process("state")) {
      feed("INIT");
      feed("RUNNING");
      awaitTransitions(3 * JOBS);
      feed("SUCCESS");
      second.kill();
    }
    try (TopologyProcess third = process("another-state")) {
      feed("SUCCESS");
      feed("FAIL");
      awaitEnd();
      third.kill();
    }

    shouldHaveSeenEachTransitionOnceInOrder();
  }

  private TopologyProcess process(String state) throws Exception {
    return TopologyProcess.start(bootstrapServers, prefix, directory.resolve(state));
  }

  // ---- orderly changes

  @Test
  void shouldPublishEachTransitionOnceThoughInstancesComeAndGo() {
    requestAll();
    TopologyService first = start("one");
    feed("INIT");
    awaitTransitions(JOBS);
    try (TopologyService second = start("two")) {
      feed("RUNNING");
      first.close();
      Instant closed = Instant.now();
      feed("RUNNING");
      awaitTransitions(4 * JOBS);
      assertThat(Duration.between(closed, Instant.now()))
          .as("it left the group, so nobody waited for it")
          .isLessThan(Duration.ofSeconds(30));
      try (TopologyService third = start("one")) {
        feed("SUCCESS");
        feed("INIT");
        awaitEnd();
        assertThat(third.streams().state().isRunningOrRebalancing()).isTrue();
      }
    }

    assertThat(failures).isEmpty();
    shouldHaveSeenEachTransitionOnceInOrder();
  }

  // ---- damaged files

  /** The start once failed permanently, with a message about two instances. */
  @Test
  void shouldRestoreAStateWhoseFilesCannotBeOpened() throws Exception {
    requestAll();
    try (TopologyService unused = start("state")) {
      feed("INIT");
      awaitTransitions(2 * JOBS);
    }
    for (Path file : files(directory.resolve("state"))) {
      damage(file, Files.size(file) - 100);
    }
    try (TopologyService second = start("state")) {
      feed("RUNNING");
      feed("SUCCESS");
      awaitEnd();
      assertThat(second.ready()).isTrue();
    }

    assertThat(failures).isEmpty();
    shouldHaveSeenEachTransitionOnceInOrder();
  }

  /**
   * RocksDB checks a block when it reads it, so the damage shows when the topology already runs.
   */
  @Test
  void shouldRestoreAStateWhoseFilesCannotBeReadAtTheNextStart() throws Exception {
    requestAll();
    try (TopologyService unused = start("state")) {
      feed("INIT");
      awaitTransitions(2 * JOBS);
    }
    // The smaller files hold the changelog positions, which are read at the start.
    damage(
        files(directory.resolve("state")).stream()
            .max(Comparator.comparing(file -> file.toFile().length()))
            .orElseThrow(),
        10);
    try (TopologyService unused = start("state")) {
      feed("RUNNING");
      await().atMost(PATIENCE).until(() -> !failures.isEmpty());
      assertThat(failures.get(0))
          .isInstanceOf(DamagedStateException.class)
          .hasMessageContaining(directory.resolve("state").toString())
          .hasMessageContaining("Start again");
    }
    failures.clear();
    try (TopologyService third = start("state")) {
      feed("SUCCESS");
      awaitEnd();
      assertThat(third.ready()).isTrue();
    }

    assertThat(failures).isEmpty();
    shouldHaveSeenEachTransitionOnceInOrder();
  }

  private static List<Path> files(Path state) throws IOException {
    try (Stream<Path> all = Files.walk(state)) {
      return all.filter(file -> file.toString().endsWith(".sst")).toList();
    }
  }

  private static void damage(Path file, long position) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(position);
      bytes.write("no byte of this was here before".getBytes(UTF_8));
    }
  }

  // ---- every status, with nothing between the records

  /** A cached table would publish only the last of these statuses. */
  @Test
  void shouldPublishEveryStatusThoughAllAreThereBeforeItStarts() {
    requestAll();
    for (String status : new String[] {"INIT", "INIT", "RUNNING", "RUNNING", "SUCCESS"}) {
      feed(status);
    }
    try (TopologyService service = start("late")) {
      awaitEnd();
      await().atMost(PATIENCE).until(service::ready);
    }

    assertThat(failures).isEmpty();
    shouldHaveSeenEachTransitionOnceInOrder();
  }

  @Test
  void shouldPutGarbageAsideOnEveryPartitionAndServeTheRest() {
    for (int i = 0; i < 30; i++) {
      byte[] garbage = i % 3 == 0 ? new byte[900_000] : ("../" + i).getBytes(UTF_8);
      producer.send(
          new ProducerRecord<>(
              topics.requests(), i % PARTITIONS, null, i % 2 == 0 ? null : garbage));
    }
    requestAll();
    feed("INIT");
    feed("RUNNING");
    feed("SUCCESS");
    try (TopologyService service = start("garbage")) {
      awaitEnd();
      await().atMost(PATIENCE).until(service::ready);
      // Requests are processed independently of observations, so completed jobs do not imply that
      // all requests were read.
      await().atMost(PATIENCE).until(() -> read(topics.deadLetters()).size() >= 30);
    }

    assertThat(failures).isEmpty();
    assertThat(read(topics.deadLetters())).hasSize(30);
    shouldHaveSeenEachTransitionOnceInOrder();
  }

  /** Sends each row of the tables in docs/events.md, with the headers of its producer. */
  @Test
  void shouldAcceptEachFormOfARequestAndNameEachThatItRefuses() {
    Map<String, String> refused = new HashMap<>();
    Set<String> accepted = new TreeSet<>();
    for (RequestForms.Form form : RequestForms.all()) {
      String jobId = form.name().replaceAll("[^A-Za-z0-9]+", "-");
      if (form.reason() == null) {
        accepted.add(jobId);
      } else {
        refused.put(jobId, form.reason());
      }
      producer.send(
          new ProducerRecord<>(
              topics.requests(),
              null,
              jobId.getBytes(UTF_8),
              form.value().apply(jobId),
              form.headers()));
    }
    producer.flush();
    try (TopologyService unused = start("forms")) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(read(topics.watches())).hasSize(accepted.size());
                assertThat(read(topics.deadLetters())).hasSize(refused.size());
              });
    }

    assertThat(read(topics.audit()))
        .map(record -> ImsExamples.json(record.value()))
        .filteredOn(entry -> entry.get("what").asText().equals("request.accepted"))
        .map(entry -> entry.get("job_id").asText())
        .containsExactlyInAnyOrderElementsOf(accepted);
    for (ConsumerRecord<byte[], byte[]> letter : read(topics.deadLetters())) {
      assertThat(HeaderNames.text(letter.headers(), "imsbridge-reason"))
          .startsWith(refused.get(new String(letter.key(), UTF_8)));
    }
    assertThat(failures).isEmpty();
  }

  /**
   * With the broker's default, 1 GiB accumulates before cleaning, and a new owner would read it
   * all.
   */
  @Test
  void shouldCleanTheChangelogAsEarlyAsTheWatches() throws Exception {
    requestAll();
    Map<String, Object> config = config(bootstrapServers, prefix, directory.resolve("changelog"));
    config.put("topic.min.insync.replicas", 1);
    try (TopologyService service =
            TopologyService.start(
                settings(prefix), config, new SimpleMeterRegistry(), failures::add);
        Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      await().atMost(PATIENCE).until(service::ready);
      Set<Map.Entry<String, String>> watches = ownSettings(admin, topics.watches());
      watches.removeIf(
          each ->
              each.getKey()
                  .matches(
                      "delete.retention.ms|compression.type|message.timestamp.(before|after).max.ms"));

      assertThat(ownSettings(admin, prefix + "app-trees-changelog"))
          .containsAll(watches)
          .contains(Map.entry("min.insync.replicas", "1"));
    }
  }

  private static Set<Map.Entry<String, String>> ownSettings(Admin admin, String topic)
      throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(List.of(resource)).all().get().get(resource).entries().stream()
        .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
        .map(entry -> Map.entry(entry.name(), entry.value()))
        .collect(Collectors.toSet());
  }

  // ---- input

  private static String job(int i) {
    return "job-" + i;
  }

  private void requestAll() {
    for (int i = 0; i < JOBS; i++) {
      producer.send(
          new ProducerRecord<>(topics.requests(), i % PARTITIONS, null, job(i).getBytes(UTF_8)));
    }
    producer.flush();
    // Observations follow at once, as from a fast poller. The requests therefore precede them in
    // the observations topic, as the topology would write them.
    for (int i = 0; i < JOBS; i++) {
      OutputRecord entry =
          LogCodec.encodeRequest(
              new JobRequest(job(i), BridgeDriver.PROJECT, new TreeMap<>(), null, Correlation.NONE),
              new Evidence(topics.requests(), 0, i),
              Instant.now());
      producer.send(
          new ProducerRecord<>(
              topics.observations(),
              RootPartition.of(job(i), PARTITIONS),
              entry.key(),
              entry.value(),
              entry.headers()));
    }
    producer.flush();
  }

  /** Writes an observation of the given status for every job and its sub-job. */
  private void feed(String status) {
    for (int i = 0; i < JOBS; i++) {
      String job = job(i);
      String body =
          ("{'job_id':'%s','status':'%s','entities':{'sub_jobs_result':"
                  + "[{'job_id':'%s-sub','status':'%s'}]}}")
              .formatted(job, status, job, status)
              .replace('\'', '"');
      Instant now = Instant.now();
      Watch watch = new Watch(job, job, BridgeDriver.PROJECT, null, 1, now, now);
      producer.send(
          new Observation(
                  watch,
                  Kind.ANSWER,
                  now,
                  1,
                  200,
                  null,
                  Duration.ofMillis(1),
                  null,
                  null,
                  body.getBytes(UTF_8))
              .record(topics.observations(), RootPartition.of(job, PARTITIONS)));
    }
    producer.flush();
  }

  // ---- output

  private void awaitTransitions(int count) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(
            () -> assertThat(read(topics.transitions())).hasSizeGreaterThanOrEqualTo(count));
  }

  private void awaitEnd() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(
            () -> assertThat(read(topics.completions())).hasSizeGreaterThanOrEqualTo(JOBS));
  }

  // The markers of a transaction reach its partitions one by one, so the last may be pending.
  private void shouldHaveSeenEachTransitionOnceInOrder() {
    await().atMost(PATIENCE).untilAsserted(this::assertEachTransitionOnceInOrder);
  }

  private void assertEachTransitionOnceInOrder() {
    Map<String, List<String>> moves = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read(topics.transitions())) {
      JsonNode json = ImsExamples.json(record.value());
      moves
          .computeIfAbsent(new String(record.key(), UTF_8), key -> new ArrayList<>())
          .add(json.get("job_id").asText() + " " + json.get("status").asText());
    }
    assertThat(moves).hasSize(JOBS);
    moves.forEach(
        (job, seen) ->
            assertThat(seen)
                .containsExactly(
                    job + "-sub INIT",
                    job + " INIT",
                    job + "-sub RUNNING",
                    job + " RUNNING",
                    job + "-sub SUCCESS",
                    job + " SUCCESS"));
    assertThat(read(topics.completions()))
        .hasSize(JOBS)
        .extracting(record -> new String(record.key(), UTF_8))
        .doesNotHaveDuplicates();
    Map<String, String> watches = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read(topics.watches())) {
      if (record.value() == null) {
        watches.remove(new String(record.key(), UTF_8));
      } else {
        watches.put(new String(record.key(), UTF_8), "");
      }
    }
    assertThat(watches).isEmpty();
    verifyChains();
  }

  private void verifyChains() {
    Map<Integer, AuditChain.Head> heads = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read(topics.audit())) {
      AuditChain.Head head = heads.getOrDefault(record.partition(), AuditChain.Head.START);
      JsonNode json = ImsExamples.json(record.value());
      assertThat(json.get("partition").asInt()).isEqualTo(record.partition());
      assertThat(json.get("position").asLong()).isEqualTo(head.position() + 1);
      assertThat(json.get("previous_hash").asText()).isEqualTo(head.hash());
      heads.put(
          record.partition(), head.afterEntry(HeaderNames.text(record.headers(), AuditChain.HASH)));
    }
    assertThat(heads).hasSize(PARTITIONS);
  }

  /** Reads a topic with a read_committed consumer up to its current end. */
  private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (int i = 0; i < PARTITIONS; i++) {
        partitions.add(new TopicPartition(topic, i));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (partitions.stream().anyMatch(one -> consumer.position(one) < end.get(one))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }
}
