package dev.imsbridge.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.internals.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users without a cluster keep all their data in this broker, through restarts, kills and full
 * disks.
 */
class EmbeddedKafkaIT {

  @TempDir Path directory;

  @Test
  void shouldKeepRecordsOffsetsAndClusterIdAcrossARestartOnTheSamePort() throws Exception {
    int port;
    String clusterId;
    try (var kafka = EmbeddedKafka.start(directory, 0)) {
      port = kafka.port();
      clusterId = clusterId(kafka);
      createTopic(kafka, "kept");
      produce(kafka, "kept", "a", "b");
      assertThat(consume(kafka, "kept", "group", 2)).containsExactly("a", "b");
    }
    try (var kafka = EmbeddedKafka.start(directory, port)) {
      assertThat(kafka.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
      assertThat(clusterId(kafka)).isEqualTo(clusterId);
      produce(kafka, "kept", "c");
      assertThat(consume(kafka, "kept", "group", 1)).containsExactly("c");
      assertThat(consume(kafka, "kept", "another", 3)).containsExactly("a", "b", "c");
    }
  }

  @Test
  void shouldContinueAfterAKillOfItsProcess() throws Exception {
    var process = startInAnotherProcess();
    process.destroyForcibly().waitFor();
    try (var kafka = EmbeddedKafka.start(directory, 0)) {
      produce(kafka, "kept", "b");
      assertThat(consume(kafka, "kept", "group", 2)).containsExactly("a", "b");
    }
  }

  /** Exactly-once processing of the bridge needs transactions on a single node too. */
  @Test
  void shouldReadOnlyCommittedTransactions() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory, 0)) {
      createTopic(kafka, "exact");
      try (var producer = producer(kafka, Map.of("transactional.id", "one"))) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("exact", "aborted")).get();
        producer.abortTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("exact", "committed")).get();
        producer.commitTransaction();
      }
      assertThat(consume(kafka, "exact", "group", 1)).containsExactly("committed");
    }
  }

  @Test
  void shouldRejectADirectoryInUse() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory, 0)) {
      assertThatThrownBy(() -> EmbeddedKafka.start(directory, 0))
          .isInstanceOf(EmbeddedKafkaException.DirectoryInUse.class)
          .hasMessageContaining(directory.toString());
      assertThat(clusterId(kafka)).isNotBlank();
    }
  }

  @Test
  void shouldRejectATakenPortAndUnlockTheDirectory() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> EmbeddedKafka.start(directory, other.getLocalPort()))
          .isInstanceOf(EmbeddedKafkaException.PortTaken.class)
          .hasMessageContaining(String.valueOf(other.getLocalPort()));
    }
    EmbeddedKafka.start(directory, 0).close();
  }

  @Test
  void shouldRejectTheDataOfAnotherNodeAndUnlockTheDirectory() throws Exception {
    var meta = Files.createDirectories(directory.resolve("log")).resolve("meta.properties");
    Files.writeString(meta, "version=1\nnode.id=7\ncluster.id=zY3GnFOpTd-4Z_VGacvgag\n");
    assertThatThrownBy(() -> EmbeddedKafka.start(directory, 0))
        .isInstanceOf(EmbeddedKafkaException.DirectoryUnusable.class)
        .hasMessageContaining("node id 7");
    Files.delete(meta);
    EmbeddedKafka.start(directory, 0).close();
  }

  /** A broker with a failing disk halts without a reason. */
  @Test
  void shouldNameAnUnwritableDirectoryAsTheReasonOfAFault() throws Exception {
    var faults = new CopyOnWriteArrayList<String>();
    var data = directory.resolve("data");
    try (var kafka = EmbeddedKafka.start(data, 0, faults::add)) {
      Files.move(data, directory.resolve("away"));
      assertThatThrownBy(() -> Exit.halt(1)).isInstanceOf(Error.class);
      Files.move(directory.resolve("away"), data);
    }
    assertThat(faults)
        .singleElement()
        .asString()
        .startsWith("it cannot write to " + data)
        .endsWith("free disk space or make it writable, and start again");
  }

  @Test
  void shouldReportAFatalFaultOnceInsteadOfEndingTheProcess() {
    var faults = new CopyOnWriteArrayList<String>();
    try (var kafka = EmbeddedKafka.start(directory, 0, faults::add)) {
      assertThatThrownBy(() -> Exit.halt(1, "the disk is gone")).isInstanceOf(Error.class);
      assertThatThrownBy(() -> Exit.exit(1, "and more")).isInstanceOf(Error.class);
      assertThat(faults).containsExactly("the disk is gone");
      assertThat(kafka.port()).isPositive();
    }
  }

  /** Starts a broker in another process, and returns when that process has written a record. */
  private Process startInAnotherProcess() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                java,
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("written");
    return process;
  }

  static final class OtherProcess {
    public static void main(String[] arguments) throws Exception {
      var kafka = EmbeddedKafka.start(Path.of(arguments[0]), 0);
      createTopic(kafka, "kept");
      produce(kafka, "kept", "a");
      System.out.println("written");
      new CountDownLatch(1).await();
    }
  }

  private static String clusterId(EmbeddedKafka kafka) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      return admin.describeCluster().clusterId().get();
    }
  }

  private static void createTopic(EmbeddedKafka kafka, String name) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(name, Optional.of(1), Optional.empty()))).all().get();
    }
  }

  private static void produce(EmbeddedKafka kafka, String topic, String... values)
      throws Exception {
    try (var producer = producer(kafka, Map.of())) {
      for (var value : values) {
        producer.send(new ProducerRecord<>(topic, value)).get();
      }
    }
  }

  private static KafkaProducer<String, String> producer(
      EmbeddedKafka kafka, Map<String, Object> more) {
    var settings = new HashMap<String, Object>(more);
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  /** Reads {@code count} committed records as a member of the group, for at most 30 s. */
  private static List<String> consume(EmbeddedKafka kafka, String topic, String group, int count) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "group.id",
            group,
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            "read_committed");
    var values = new ArrayList<String>();
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
      consumer.commitSync();
    }
    return values;
  }
}
