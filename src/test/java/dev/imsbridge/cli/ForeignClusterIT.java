package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.history.TestCluster;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.TopicAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.wire.TopicNames;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster with other defaults than Kafka's, shared with other programs. Uses its own broker,
 * because the defaults apply to all its topics.
 */
@Timeout(180)
class ForeignClusterIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int PARTITIONS = 4;
  private static final int JOBS = 20;
  private static final String PROJECT = Keys.IMS_PROJECT_ID + "=p1";

  /** Each of these would break a guarantee on a topic without explicit settings. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "log.message.timestamp.type", "LogAppendTime",
          "message.max.bytes", "100000",
          "log.retention.ms", "86400000",
          "log.retention.bytes", "10000000",
          "log.cleanup.policy", "compact",
          "log.segment.bytes", "1048576");

  @TempDir private static Path directory;
  private static EmbeddedKafka kafka;
  private static TestCluster cluster;
  private static Admin admin;

  private final TopicNames topics = new TopicNames("t" + UUID.randomUUID() + ".");

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(directory.resolve("kafka"), 0);
    cluster = new TestCluster(kafka.bootstrapServers());
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.BROKER, ""),
                DEFAULTS.entrySet().stream()
                    .map(
                        each ->
                            new AlterConfigOp(
                                new ConfigEntry(each.getKey(), each.getValue()),
                                AlterConfigOp.OpType.SET))
                    .toList()))
        .all()
        .get();
  }

  @AfterAll
  static void stop() {
    admin.close();
    cluster.close();
    kafka.close();
  }

  private static void set(String topic, String key, String value) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  private static Map<String, String> settings(TopicNames topics) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    settings.put("IMSBRIDGE_TOPICS_PREFIX", topics.prefix());
    settings.put("IMSBRIDGE_TOPICS_PARTITIONS", String.valueOf(PARTITIONS));
    settings.put("IMSBRIDGE_IMS_ENDPOINT", "http://127.0.0.1:1");
    settings.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
    settings.put("IMSBRIDGE_IMS_AUTH", "none");
    settings.put("IMSBRIDGE_HTTP_LISTEN", "off");
    settings.put("IMSBRIDGE_STATE_DIR", directory.resolve(topics.prefix()).toString());
    return settings;
  }

  private static List<ConsumerRecord<byte[], byte[]>> all(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    var consumer = cluster.consumer();
    try (TopicReader reader = TopicReader.open(consumer, TopicReader.partitions(consumer, topic))) {
      while (!reader.done()) {
        records.addAll(reader.next());
      }
    }
    return records;
  }

  private static Map<String, Long> times(String topic) {
    return all(topic).stream()
        .collect(
            Collectors.toMap(
                record -> new String(record.headers().lastHeader("ce_id").value(), UTF_8),
                ConsumerRecord::timestamp));
  }

  @Test
  void shouldPublishThereWhatARebuildAndAReplayFindIdentical() throws Exception {
    try (WholeBridge bridge =
        WholeBridge.start(
            kafka.bootstrapServers(), topics.prefix(), directory.resolve("state"), PROJECT)) {
      HttpClient http = HttpClient.newHttpClient();
      for (String id : bridge.simulator().catalogue().ids().limit(JOBS).toList()) {
        bridge.request(http, id);
      }
      await().atMost(SOON).until(() -> all(topics.completions()).size() >= JOBS / 2);
    }

    InProcess compared = InProcess.run(settings(topics), "rebuild", "--compare");
    assertThat(compared.exitCode()).as(compared.out() + compared.err()).isZero();
    InProcess verified = InProcess.run(settings(topics), "audit", "verify");
    assertThat(verified.exitCode()).as(verified.out() + verified.err()).isZero();
    InProcess replayed =
        InProcess.run(settings(topics), "replay", "--to", "again-" + topics.prefix(), "--create");
    assertThat(replayed.exitCode()).as(replayed.err()).isZero();
    assertThat(times("again-" + topics.prefix())).isEqualTo(times(topics.transitions()));
    InProcess doctor = InProcess.run(settings(topics), "doctor", "--json");
    assertThat(doctor.out()).contains("\"as declared\"");
  }

  /** A consumer's automatic topic creation or the cluster's owner may create it first. */
  @Test
  void shouldNameInRunAndDoctorAndPlanTheSettingsOfATopicThatSomebodyElseCreatedFirst()
      throws Exception {
    String changelog = "imsbridge-" + topics.prefix() + "-trees-changelog";
    admin
        .createTopics(
            List.of(
                new NewTopic(topics.transitions(), Optional.of(PARTITIONS), Optional.empty()),
                new NewTopic(changelog, Optional.of(PARTITIONS), Optional.empty())))
        .all()
        .get();

    InProcess plan = InProcess.run(settings(topics), "topics", "plan");
    assertThat(plan.exitCode()).isEqualTo(3);
    InProcess doctor = InProcess.run(settings(topics), "doctor");
    assertThat(doctor.exitCode()).isEqualTo(1);
    InProcess run = InProcess.run(settings(topics), "run");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().strip().lines()).hasSize(1);
    for (String line :
        List.of(
            "! " + topics.transitions() + ": cleanup.policy is compact",
            "! " + topics.transitions() + ": max.message.bytes is 100000",
            "! " + topics.transitions() + ": message.timestamp.type is LogAppendTime",
            "! " + changelog + ": max.message.bytes is 100000")) {
      assertThat(plan.out()).contains(line);
      assertThat(run.err()).contains(line);
    }
    assertThat(run.err()).contains("`imsbridge topics apply`");
    assertThat(doctor.out())
        .contains("FAIL  topics", "! " + topics.transitions() + ": cleanup.policy is compact")
        .contains("`imsbridge topics apply`");

    assertThat(InProcess.run(settings(topics), "topics", "apply").exitCode()).isZero();
    assertThat(InProcess.run(settings(topics), "doctor").out()).contains("as declared");
  }

  /** The owner of the cluster may decide so: the bridge works and reports the weaker guarantee. */
  @Test
  void shouldRunButWarnOfAShorterRetention() throws Exception {
    assertThat(InProcess.run(settings(topics), "topics", "apply").exitCode()).isZero();
    set(topics.transitions(), "retention.ms", "604800000");
    String line =
        "~ %s: retention.ms is 604800000, declared is -1: records are deleted earlier than declared"
            .formatted(topics.transitions());
    BridgeConfig config = BridgeConfig.load(null, settings(topics), List.of());
    KafkaAccess kafka = KafkaAccess.of(config);
    try (Admin admin = kafka.admin()) {
      assertThat(new TopicAccess(kafka, config).prepare(admin))
          .singleElement()
          .asString()
          .startsWith(line);
    }
    assertThat(InProcess.run(settings(topics), "doctor").out()).contains("WARN  topics", line);
    assertThat(InProcess.run(settings(topics), "topics", "plan").out()).contains(line);
  }

  /** Lowering the record limit of a topic stops a running bridge. The message names the topic. */
  @Test
  void shouldNameTheTopicWhoseRecordsKafkaRefuses() throws Exception {
    try (WholeBridge bridge =
        WholeBridge.start(
            kafka.bootstrapServers(), topics.prefix(), directory.resolve("small"), PROJECT)) {
      set(topics.audit(), "max.message.bytes", "100");
      bridge.request(HttpClient.newHttpClient(), "job");
      assertThatThrownBy(() -> bridge.parts().awaitFault())
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("Kafka rejected a record for " + topics.audit() + ": ");
    }
  }

  /** Both bridges would report ready, and rebalance without end. */
  @Test
  void shouldRefuseTheGroupOfABridgeUnderAnotherPrefix() throws Exception {
    String group = "application.id=shared-" + topics.prefix();
    TopicNames others = new TopicNames("other-" + topics.prefix());
    String told =
        "consumer group shared-%s is used by another program, which reads %s"
            .formatted(topics.prefix(), topics.observations());
    try (WholeBridge bridge =
        WholeBridge.start(
            kafka.bootstrapServers(), topics.prefix(), directory.resolve("one"), PROJECT, group)) {
      assertThat(bridge.running()).isNotNull();
      InProcess run = InProcess.run(settings(others), "run", "--set", group);
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains(told).contains("application.id");
      InProcess doctor = InProcess.run(settings(others), "doctor", "--set", group);
      assertThat(doctor.exitCode()).isEqualTo(1);
      assertThat(doctor.out()).contains("FAIL  groups", told);
      assertThat(InProcess.run(settings(topics), "doctor", "--set", group).out())
          .contains("used by no other program");
    }
  }
}
