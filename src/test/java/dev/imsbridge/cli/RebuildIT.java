package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.history.TestCluster;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.InjectedFault;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.wire.TopicNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bridge that meets faults and is killed twice has published what anybody computes anew from its
 * observations, and its audit proves itself; what is done to either is found. How many jobs it has:
 * {@code -Drebuild.jobs}.
 */
@ExtendWith(SharedBroker.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RebuildIT {
  private static final int JOBS = Integer.getInteger("rebuild.jobs", 5_000);
  private static final int PARTITIONS = 3;
  private static final Duration LONGEST = Duration.ofSeconds(8);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir static Path directory;
  private final Map<String, String> settings = new TreeMap<>();
  private SharedBroker broker;
  private TestCluster cluster;
  private TopicNames topics;

  // ---- the history

  @BeforeAll
  void live(SharedBroker sharedBroker) throws Exception {
    broker = sharedBroker;
    cluster = new TestCluster(broker.bootstrapServers());
    topics = new TopicNames(broker.newPrefix());
    SimulatorOptions options =
        SimulatorOptions.defaults()
            .withSeed(11)
            .withSpeed(200)
            .withFaults(
                InjectedFault.of(FaultType.BAD_GATEWAY).withProbability(0.05),
                InjectedFault.of(FaultType.TRUNCATED_BODY).withProbability(0.02),
                InjectedFault.of(FaultType.STALE).withProbability(0.03));
    try (SimulatorServer simulator = SimulatorServer.start(options)) {
      set(simulator);
      List<String> jobs =
          simulator
              .catalogue()
              .ids()
              .filter(id -> simulator.expected(id).duration().compareTo(LONGEST) < 0)
              .limit(JOBS)
              .toList();
      run(jobs);
    }
  }

  private void set(SimulatorServer simulator) {
    settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    settings.put("IMSBRIDGE_KAFKA_STREAMS_MAIN_CONSUMER_SESSION_TIMEOUT_MS", "6000");
    settings.put("IMSBRIDGE_TOPICS_PREFIX", topics.prefix());
    settings.put("IMSBRIDGE_TOPICS_PARTITIONS", String.valueOf(PARTITIONS));
    settings.put("IMSBRIDGE_HTTP_LISTEN", "off");
    settings.put("IMSBRIDGE_IMS_ENDPOINT", simulator.uri().toString());
    settings.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
    settings.put("IMSBRIDGE_IMS_RATE", "1000");
    settings.put("IMSBRIDGE_POLL_POLICY", "fixed");
    settings.put("IMSBRIDGE_POLL_INTERVAL", "400ms");
    // Short, so that jobs are forgotten while others go on, and some are asked for again.
    settings.put("IMSBRIDGE_STATE_RETENTION", "5s");
    settings.put("IMSBRIDGE_LOG_LEVEL", "warn");
  }

  private void run(List<String> jobs) throws Exception {
    List<String> first = jobs.subList(0, JOBS / 2);
    List<String> second = new ArrayList<>(jobs.subList(JOBS / 2, JOBS));
    second.addAll(jobs.subList(0, JOBS / 20));
    try (BridgeProcess bridge = BridgeProcess.start(directory, settings, "run")) {
      bridge.awaitLine("imsbridge ready");
      request(first);
      awaitRecords(topics.transitions(), JOBS / 3);
      bridge.signal(true);
    }
    try (BridgeProcess bridge = BridgeProcess.start(directory, settings, "run")) {
      bridge.awaitLine("imsbridge ready");
      awaitEnds(first);
      request(second);
      awaitRecords(topics.transitions(), JOBS * 2);
      bridge.signal(true);
    }
    try (BridgeProcess bridge = BridgeProcess.start(directory, settings, "run")) {
      bridge.awaitLine("imsbridge ready");
      InProcess compared = imsbridge("rebuild", "--compare");
      assertThat(compared.exitCode()).as("while it runs: " + compared.out()).isZero();
      assertThat(imsbridge("audit", "verify").exitCode()).isZero();
      awaitEnds(jobs);
      bridge.signal(false);
      assertThat(bridge.awaitExit()).isZero();
    }
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  // ---- what was published is what follows

  @Test
  @Order(1)
  void shouldFindPublishedWhatFollowsFromTheObservationsByteForByte() throws Exception {
    InProcess compared = imsbridge("rebuild", "--compare");
    assertThat(compared.out() + compared.err()).contains("identical: ");
    assertThat(compared.exitCode()).isZero();
    assertThat(read(topics.transitions(), 0)).isNotEmpty();
    assertThat(compared.out()).contains(topics.audit()).contains("state.retention=5s");
    assertThat(compared.out())
        .containsOnlyOnce(topics.status() + " is compacted: of each job only the last record");
  }

  @Test
  @Order(2)
  void shouldWriteTheSameUnderAnotherPrefix() throws Exception {
    TopicNames rebuilt = new TopicNames(broker.newPrefix());
    InProcess written = imsbridge("rebuild", "--prefix", rebuilt.prefix());
    assertThat(written.out() + written.err()).contains("written to " + rebuilt.prefix());
    assertThat(written.exitCode()).isZero();

    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (String[] pair :
          new String[][] {
            {topics.audit(), rebuilt.audit()},
            {topics.transitions(), rebuilt.transitions()},
            {topics.completions(), rebuilt.completions()}
          }) {
        assertThat(texts(read(pair[1], partition)))
            .as(pair[1])
            .isNotEmpty()
            .isEqualTo(texts(read(pair[0], partition)));
      }
      Map<String, String> live = table(read(topics.status(), partition));
      Map<String, String> again = table(read(rebuilt.status(), partition));
      // The purge of the bridge may not have come by yet; nothing else may differ.
      live.keySet().removeIf(key -> !again.containsKey(key));
      assertThat(again).isEqualTo(live);
    }
    assertThat(imsbridge("rebuild", "--compare=" + rebuilt.prefix()).exitCode()).isZero();
    assertThat(imsbridge("audit", "verify", "--topic", rebuilt.audit()).exitCode()).isZero();

    InProcess twice = imsbridge("rebuild", "--prefix", rebuilt.prefix());
    assertThat(twice.exitCode()).isEqualTo(1);
    assertThat(twice.err()).contains("is not empty");
    InProcess own = imsbridge("rebuild", "--prefix", topics.prefix());
    assertThat(own.exitCode()).isEqualTo(2);
    assertThat(own.err()).contains("the bridge's own topics");
  }

  // ---- and nothing else is

  @Test
  @Order(3)
  void shouldNameAPublishedRecordThatWasChangedDroppedMovedOrAdded() throws Exception {
    // One copy holds a mutation in each partition.
    List<List<ConsumerRecord<byte[], byte[]>>> records = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      records.add(read(topics.transitions(), partition));
    }
    int changed = records.get(0).size() / 2;
    ConsumerRecord<byte[], byte[]> victim = records.get(0).get(changed);
    int border = border(records.get(2));
    String told =
        assertDeviation(
            TopicNames::transitions,
            Map.of(
                0, all -> all.set(changed, with(victim, "\"sequence\":", "\"sequence\":1")),
                1, all -> all.remove(all.size() / 2),
                2, all -> Collections.swap(all, border, border + 1)));
    assertThat(told)
        .contains(
            "@%d, key %s: differs in its value".formatted(changed, new String(victim.key(), UTF_8)))
        .contains("missing: of ")
        .contains("stands before records");

    told =
        assertDeviation(
            TopicNames::transitions, Map.of(0, all -> all.add(all.size() / 2, all.get(0))));
    assertThat(told).contains("one too many: nothing leads to it");

    InProcess otherSettings = imsbridge("rebuild", "--compare", "--set", "state.retention=300d");
    assertThat(otherSettings.exitCode()).as("settings that enter the fold").isEqualTo(1);
  }

  /**
   * Copies all, one topic with a mutation a partition, and holds the copy against what follows.
   *
   * @return what the comparison tells
   */
  private String assertDeviation(
      Function<TopicNames, String> mutant,
      Map<Integer, Consumer<List<ProducerRecord<byte[], byte[]>>>> mutations)
      throws Exception {
    TopicNames copy = new TopicNames(broker.newPrefix());
    List<Function<TopicNames, String>> all =
        List.of(
            TopicNames::transitions,
            TopicNames::completions,
            TopicNames::status,
            TopicNames::audit);
    for (Function<TopicNames, String> topic : all) {
      boolean mutated = topic.apply(copy).equals(mutant.apply(copy));
      copy(topic.apply(topics), topic.apply(copy), mutated ? mutations : Map.of());
    }
    InProcess compared = imsbridge("rebuild", "--compare=" + copy.prefix());
    assertThat(compared.out()).contains("different: ");
    assertThat(compared.exitCode()).isEqualTo(1);
    return compared.out();
  }

  @Test
  @Order(4)
  void shouldProveTheAuditAndNameWhatIsWrongWithACopyOfIt() throws Exception {
    InProcess verified = imsbridge("audit", "verify");
    assertThat(verified.out()).contains("whole: ");
    assertThat(verified.exitCode()).isZero();
    Path heads = directory.resolve("heads");
    assertThat(imsbridge("audit", "verify", "--heads", heads.toString()).exitCode()).isZero();
    assertThat(imsbridge("audit", "verify", "--since", heads.toString()).exitCode()).isZero();

    int partition = longest(topics.audit());
    int at = read(topics.audit(), partition).size() / 2;
    assertBroken(partition, all -> all.remove(at), "missing: position " + (at + 1) + ",");
    assertBroken(
        partition,
        all -> all.set(at, with(all.get(at), "\"why\":\"", "\"why\":\"not ")),
        "changed: position %d, offset %d".formatted(at + 1, at));
    assertBroken(
        partition, all -> Collections.swap(all, at, at + 1), "reordered: position " + (at + 1));
    assertBroken(partition, all -> all.add(at + 1, all.get(at)), "repeated: position " + (at + 1));

    String truncated = copied(partition, all -> all.remove(all.size() - 1));
    Path kept = directory.resolve("kept");
    Files.writeString(kept, Files.readString(heads).replace(topics.audit(), truncated));
    assertThat(imsbridge("audit", "verify", "--topic", truncated).exitCode()).isZero();
    InProcess known =
        imsbridge("audit", "verify", "--topic", truncated, "--since", kept.toString());
    assertThat(known.out()).contains("not-the-kept-chain");
    assertThat(known.exitCode()).isEqualTo(1);
  }

  private void assertBroken(
      int partition, Consumer<List<ProducerRecord<byte[], byte[]>>> mutation, String told)
      throws Exception {
    InProcess verified = imsbridge("audit", "verify", "--topic", copied(partition, mutation));
    assertThat(verified.out())
        .contains("partition %d: %s".formatted(partition, told))
        .contains("broken: the chain of 1 of 3 partitions");
    assertThat(verified.exitCode()).isEqualTo(1);
  }

  private String copied(int partition, Consumer<List<ProducerRecord<byte[], byte[]>>> mutation)
      throws Exception {
    String name = broker.newPrefix() + "audit";
    copy(topics.audit(), name, Map.of(partition, mutation));
    return name;
  }

  @Test
  @Order(5)
  void shouldExportTheAuditAsItStands() throws Exception {
    Path file = directory.resolve("audit.jsonl");
    InProcess exported =
        imsbridge("audit", "export", "--what", "completion.published", "--output", file.toString());
    assertThat(exported.exitCode()).isZero();
    List<String> lines = Files.readAllLines(file);
    assertThat(lines)
        .hasSizeGreaterThanOrEqualTo(JOBS)
        .allSatisfy(line -> assertThat(line).contains("\"what\":\"completion.published\""));
    InProcess none = imsbridge("audit", "export", "--until", "2020-01-01");
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("0 entries");
  }

  // ---- where observations are gone

  @Test
  @Order(6)
  void shouldCompareWhatIsLeftAndNeverCallItAll() throws Exception {
    int partition = longest(topics.audit());
    List<ConsumerRecord<byte[], byte[]>> observations = read(topics.observations(), partition);
    long cut = observations.get(observations.size() / 3).offset();
    cluster
        .admin()
        .deleteRecords(
            Map.of(
                new TopicPartition(topics.observations(), partition),
                RecordsToDelete.beforeOffset(cut)))
        .all()
        .get();

    InProcess compared = imsbridge("rebuild", "--compare");
    assertThat(compared.out() + compared.err())
        .contains("partial: what was compared is identical")
        .contains("observations of partition %d begin at offset".formatted(partition));
    assertThat(compared.exitCode()).isEqualTo(RebuildCommand.PARTIAL);

    InProcess verified = imsbridge("audit", "verify", "--json");
    assertThat(verified.exitCode()).isZero();
    assertThat(verified.out())
        .doesNotContain("\"bodies_no_longer_kept\" : 0,\n    \"head_position\" : 0");

    int at = read(topics.audit(), partition).size() - 20;
    String told =
        assertDeviation(
            TopicNames::audit,
            Map.of(partition, all -> all.set(at, with(all.get(at), "\"why\":\"", "\"why\":\"x"))));
    assertThat(told).contains("@%d, key".formatted(at));
  }

  // ---- Kafka

  private InProcess imsbridge(String... arguments) {
    return InProcess.run(settings, arguments);
  }

  private void request(List<String> jobs) {
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      for (String job : jobs) {
        var unused = producer.send(new ProducerRecord<>(topics.requests(), job.getBytes(UTF_8)));
      }
    }
  }

  private void awaitRecords(String topic, int count) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              try (var consumer = cluster.consumer()) {
                return consumer
                        .endOffsets(TopicReader.partitions(consumer, topic))
                        .values()
                        .stream()
                        .mapToLong(end -> end)
                        .sum()
                    >= count;
              }
            });
  }

  private void awaitEnds(List<String> jobs) {
    Set<String> ended = new HashSet<>();
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              for (int partition = 0; partition < PARTITIONS; partition++) {
                read(topics.completions(), partition)
                    .forEach(record -> ended.add(new String(record.key(), UTF_8)));
              }
              return ended.containsAll(jobs);
            });
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic, int partition) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (TopicReader reader =
        TopicReader.open(cluster.consumer(), List.of(new TopicPartition(topic, partition)))) {
      while (!reader.done()) {
        all.addAll(reader.next());
      }
    }
    return all;
  }

  private int longest(String topic) {
    int longest = 0;
    for (int partition = 1; partition < PARTITIONS; partition++) {
      longest = read(topic, partition).size() > read(topic, longest).size() ? partition : longest;
    }
    return longest;
  }

  /** Copies a topic as it is, but for what is done to some partitions. */
  private void copy(
      String from,
      String to,
      Map<Integer, Consumer<List<ProducerRecord<byte[], byte[]>>>> mutations)
      throws Exception {
    cluster.create(to, PARTITIONS);
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      for (int each = 0; each < PARTITIONS; each++) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : read(from, each)) {
          records.add(
              new ProducerRecord<>(
                  to, each, record.timestamp(), record.key(), record.value(), record.headers()));
        }
        mutations.getOrDefault(each, all -> {}).accept(records);
        for (ProducerRecord<byte[], byte[]> record : records) {
          var unused =
              producer.send(
                  new ProducerRecord<>(
                      to,
                      each,
                      record.timestamp(),
                      record.key(),
                      record.value(),
                      record.headers()));
        }
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> with(
      ProducerRecord<byte[], byte[]> record, String text, String by) {
    String value = new String(record.value(), UTF_8);
    assertThat(value).contains(text);
    return new ProducerRecord<>(
        record.topic(),
        record.partition(),
        record.timestamp(),
        record.key(),
        value.replace(text, by).getBytes(UTF_8),
        record.headers());
  }

  private static ProducerRecord<byte[], byte[]> with(
      ConsumerRecord<byte[], byte[]> record, String text, String by) {
    return with(
        new ProducerRecord<>(
            record.topic(),
            record.partition(),
            record.timestamp(),
            record.key(),
            record.value(),
            record.headers()),
        text,
        by);
  }

  /** The first place behind the middle where two records of different keys stand together. */
  private static int border(List<ConsumerRecord<byte[], byte[]>> records) {
    int at = records.size() / 2;
    while (Arrays.equals(records.get(at).key(), records.get(at + 1).key())) {
      at++;
    }
    return at;
  }

  private static List<String> texts(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(
            record ->
                "%s %d %s %s"
                    .formatted(
                        new String(record.key(), UTF_8),
                        record.timestamp(),
                        new String(record.value(), UTF_8),
                        headers(record)))
        .toList();
  }

  private static List<String> headers(ConsumerRecord<byte[], byte[]> record) {
    List<String> headers = new ArrayList<>();
    record
        .headers()
        .forEach(header -> headers.add(header.key() + "=" + new String(header.value(), UTF_8)));
    return headers;
  }

  private static Map<String, String> table(List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, String> table = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String key = new String(record.key(), UTF_8);
      if (record.value() == null) {
        table.remove(key);
      } else {
        table.put(key, new String(record.value(), UTF_8) + record.timestamp());
      }
    }
    return table;
  }
}
