package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.history.TestCluster;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.ScriptedFault;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.wire.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The topics of a bridge that has met faults, as input for tests. Subclasses define the number of
 * jobs, and the faults.
 */
@ExtendWith(SharedBroker.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class LivedHistory {
  static final int PARTITIONS = 3;
  private static final Duration LONGEST = Duration.ofSeconds(8);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir static Path directory;
  final int count;
  final Map<String, String> settings = new TreeMap<>();
  SharedBroker broker;
  TestCluster cluster;
  TopicNames topics;

  LivedHistory(int count) {
    this.count = count;
  }

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
                ScriptedFault.of(FaultType.BAD_GATEWAY).withProbability(0.05).build(),
                ScriptedFault.of(FaultType.TRUNCATED_BODY).withProbability(0.02).build(),
                ScriptedFault.of(FaultType.STALE).withProbability(0.03).build());
    try (SimulatorServer simulator = SimulatorServer.start(options)) {
      set(simulator);
      List<String> jobs =
          simulator
              .catalogue()
              .ids()
              .filter(id -> simulator.expected(id).duration().compareTo(LONGEST) < 0)
              .limit(count)
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
    // Short, so that jobs are forgotten while others continue, and some are requested again.
    settings.put("IMSBRIDGE_STATE_RETENTION", "5s");
    settings.put("IMSBRIDGE_LOG_LEVEL", "warn");
  }

  /** Runs a bridge until the jobs have ended. */
  abstract void run(List<String> jobs) throws Exception;

  @AfterAll
  void close() {
    cluster.close();
  }

  // ---- Kafka

  InProcess imsbridge(String... arguments) {
    return InProcess.run(settings, arguments);
  }

  void request(List<String> jobs) {
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      for (String job : jobs) {
        var unused = producer.send(new ProducerRecord<>(topics.requests(), job.getBytes(UTF_8)));
      }
    }
  }

  void awaitRecords(String topic, int count) {
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

  void awaitEnds(List<String> jobs) {
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

  List<ConsumerRecord<byte[], byte[]>> read(String topic, int partition) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (TopicReader reader =
        TopicReader.open(cluster.consumer(), List.of(new TopicPartition(topic, partition)))) {
      while (!reader.done()) {
        all.addAll(reader.next());
      }
    }
    return all;
  }
}
