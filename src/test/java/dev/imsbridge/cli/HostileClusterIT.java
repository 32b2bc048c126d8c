package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * A bridge on a cluster where other programs write to its topics, its group is deleted and topics
 * are deleted. It is restarted after each of these. Nothing may be lost, duplicated or changed.
 */
class HostileClusterIT extends LivedHistory {
  private static final int JOBS = 60;

  HostileClusterIT() {
    super(JOBS);
  }

  @Override
  void run(List<String> jobs) throws Exception {
    List<String> first = jobs.subList(0, JOBS / 3);
    List<String> second = jobs.subList(JOBS / 3, 2 * JOBS / 3);
    List<String> third = jobs.subList(2 * JOBS / 3, JOBS);
    try (BridgeProcess bridge = BridgeProcess.start(directory, settings, "run")) {
      bridge.awaitLine("imsbridge ready");
      bomb();
      request(first);
      awaitRecords(topics.watches(), first.size());
      first.forEach(job -> write(topics.watches(), job, null));
      write(
          topics.watches(),
          "forged",
          "{\"job_id\":\"forged\",\"root_job_id\":\"forged\",\"project_id\":\"p1\",\"region\":\"local\","
              + "\"generation\":1,\"opened_at\":\"+1000000000-12-31T23:59:59Z\","
              + "\"deadline_at\":\"+1000000000-12-31T23:59:59Z\"}");
      awaitEnds(first);
      bridge.signal(false);
      assertThat(bridge.awaitExit()).isZero();
    }

    try (Admin admin = admin()) {
      admin.deleteConsumerGroups(List.of(group())).all().get();
    }
    try (BridgeProcess bridge = BridgeProcess.start(directory, settings, "run")) {
      bridge.awaitLine("imsbridge ready");
      request(second);
      awaitRecords(topics.watches(), first.size() + second.size());
      bridge.signal(true);
    }

    delete(topics.watches());
    try (BridgeProcess bridge = BridgeProcess.start(directory, settings, "run")) {
      bridge.awaitLine("imsbridge ready");
      awaitEnds(second);
      bridge.signal(true);
    }

    delete(topics.status());
    try (BridgeProcess bridge = BridgeProcess.start(directory, settings, "run")) {
      bridge.awaitLine("imsbridge ready");
      request(third);
      awaitEnds(jobs);
      bridge.signal(false);
      assertThat(bridge.awaitExit()).isZero();
    }
  }

  /** About 500 bytes compressed. Uncompressed, the record is too large for Kafka. */
  private void bomb() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        cluster.producer(Map.of("compression.type", "zstd", "max.request.size", 8 << 20))) {
      producer
          .send(
              new ProducerRecord<>(
                  topics.requests(), 0, "bomb".getBytes(UTF_8), new byte[5_000_000]))
          .get();
    }
  }

  private void write(String topic, String key, String value) {
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      producer.send(
          new ProducerRecord<>(
              topic,
              dev.imsbridge.wire.RootPartition.of(key, PARTITIONS),
              key.getBytes(UTF_8),
              value == null ? null : value.getBytes(UTF_8)));
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  private String group() throws Exception {
    try (Admin admin = admin()) {
      return admin.listGroups().all().get().stream()
          .map(group -> group.groupId())
          .filter(id -> id.equals("imsbridge-" + topics.prefix()))
          .findFirst()
          .orElseThrow();
    }
  }

  private void delete(String topic) throws Exception {
    try (Admin admin = admin()) {
      admin.deleteTopics(List.of(topic)).all().get();
      Awaitility.await().until(() -> !exists(admin, topic));
    }
  }

  private static boolean exists(Admin admin, String topic) throws InterruptedException {
    try {
      admin.describeTopics(List.of(topic)).allTopicNames().get();
      return true;
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
      return false;
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> all(String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      all.addAll(read(topic, partition));
    }
    return all;
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  @Test
  @Order(1)
  void shouldPublishEachEventOnce() {
    assertThat(all(topics.transitions()))
        .extracting(record -> header(record, "ce_id"))
        .doesNotHaveDuplicates();
    assertThat(all(topics.completions())).hasSize(JOBS);
    assertThat(all(topics.deadLetters()))
        .filteredOn(record -> new String(record.key(), UTF_8).equals("bomb"))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.value()).hasSize(1 << 20);
              assertThat(header(record, "imsbridge-original-size")).isEqualTo("5000000");
            });
  }

  @Test
  @Order(2)
  void shouldRecomputeAndProveAllOfIt() throws Exception {
    InProcess verified = imsbridge("audit", "verify");
    assertThat(verified.exitCode()).as(verified.out() + verified.err()).isZero();
    InProcess compared = imsbridge("rebuild", "--compare");
    assertThat(compared.exitCode()).as(compared.out() + compared.err()).isZero();
  }

  /** Runs last: all other topics are derived from the observations. */
  @Test
  @Order(3)
  void shouldGoOnWithAnotherLogOnlyWhenAsked() throws Exception {
    delete(topics.observations());
    String line;
    try (BridgeProcess bridge = BridgeProcess.start(directory, settings, "run")) {
      assertThat(bridge.awaitExit()).as(bridge.err()).isEqualTo(1);
      line =
          bridge
              .err()
              .lines()
              .filter(each -> each.contains("was created again"))
              .findFirst()
              .orElseThrow(() -> new AssertionError(bridge.err()));
      assertThat(bridge.err()).doesNotContain("\tat ");
    }
    String id = line.replaceFirst(".*--accept-log=([A-Za-z0-9_-]+).*", "$1");
    try (BridgeProcess bridge =
        BridgeProcess.start(directory, settings, "run", "--accept-log=" + id)) {
      bridge.awaitLine("imsbridge ready");
      request(List.of("after-that"));
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () ->
                  all(topics.watches()).stream()
                      .anyMatch(record -> new String(record.key(), UTF_8).equals("after-that")));
      assertThat(all(topics.completions())).hasSize(JOBS);
      bridge.signal(false);
      assertThat(bridge.awaitExit()).isZero();
    }
  }

  /** Keys would move to other partitions, away from the state and the history of their jobs. */
  @Test
  @Order(4)
  void shouldEndAndNotStartAgainWhenThePartitionsOfTheLogWereRaised() throws Exception {
    Map<String, String> watchful = new TreeMap<>(settings);
    // Instead of 5 min.
    watchful.put("IMSBRIDGE_KAFKA_METADATA_MAX_AGE_MS", "1000");
    try (Admin admin = admin();
        BridgeProcess bridge =
            BridgeProcess.start(directory, watchful, "run", "--accept-log=" + logId(admin))) {
      bridge.awaitLine("imsbridge ready");
      NewPartitions more = NewPartitions.increaseTo(PARTITIONS + 1);
      admin.createPartitions(Map.of(topics.observations(), more)).all().get();
      assertThat(bridge.awaitExit()).as(bridge.err()).isEqualTo(1);
      assertThat(bridge.err())
          .contains("partitions were added to a topic while the bridge ran")
          .doesNotContain("StreamsResetter", "\tat ");
    }
    try (BridgeProcess bridge = BridgeProcess.start(directory, settings, "run")) {
      assertThat(bridge.awaitExit()).as(bridge.err()).isEqualTo(1);
      assertThat(bridge.err())
          .contains(topics.observations() + ": has 4 partitions, declared are 3");
    }
  }

  private String logId(Admin admin) throws Exception {
    String log = topics.observations();
    return admin.describeTopics(List.of(log)).allTopicNames().get().get(log).topicId().toString();
  }
}
