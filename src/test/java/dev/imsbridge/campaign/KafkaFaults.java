package dev.imsbridge.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two faults of Kafka 4.4.0 that broke transactions in campaigns, each step by step and without a
 * bridge. They pass as long as Kafka has the fault. They depend on the moment of a signal, so they
 * run only by name; see docs/reliability.md.
 */
class KafkaFaults {
  private static final int CONTROLLER = 100;
  private static final String TRANSACTIONS = "__transaction_state";
  private static final String TOPIC = "records";

  /** As in campaigns. A paused broker keeps its partitions for as long. */
  private static final Duration SESSION = Duration.ofSeconds(5);

  @TempDir Path directory;

  private final String clusterId = Uuid.randomUuid().toString();
  private final FreePorts ports = new FreePorts();
  private final Map<Integer, Integer> portOf = new HashMap<>();
  private final Map<Integer, Process> processes = new HashMap<>();
  private int undisturbed;
  private Admin admin;

  @BeforeEach
  void startController() throws IOException {
    portOf.put(CONTROLLER, ports.next());
    start(CONTROLLER);
  }

  @AfterEach
  void stop() {
    processes.values().forEach(Process::destroyForcibly);
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
  }

  /**
   * A transaction is committed in one partition and aborted in another.
   *
   * <p>A new transaction coordinator loads its log to the end, not to the high watermark ({@code
   * TransactionStateManager.loadTransactionMetadata} reads with {@code FetchIsolation.LOG_END}). So
   * it acts on a decision that only itself may have stored. If it is lost before the other replicas
   * have copied the decision, the next coordinator does not know of it.
   *
   * <p>All topics require two replicas, no data is lost from a disk, and no leader is elected
   * uncleanly.
   */
  @Test
  void aTransactionIsCommittedInOnePartitionAndAbortedInAnother() throws Exception {
    startBrokers(5, 4);
    createTopic(TRANSACTIONS, List.of(1, 3, 2));
    createTopic(TOPIC, List.of(4, 3), List.of(4, 5));
    KafkaProducer<String, String> producer = producer("split");
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(TOPIC, 0, "key", "first")).get();
    producer.send(new ProducerRecord<>(TOPIC, 1, "key", "second")).get();

    // The second partition takes no marker while it has one replica.
    processes.get(5).destroy();
    processes.get(5).waitFor();
    eventually().untilAsserted(() -> assertThat(inSync(TOPIC, 1)).isEqualTo(Set.of(4)));
    // Broker 2 misses the decision. Another record is the answer to its fetch under way.
    pause(2);
    long before = bytes(1);
    background(() -> producer("other").initTransactions());
    eventually().until(() -> bytes(1) > before);
    long undecided = bytes(1);
    background(producer::commitTransaction);
    eventually().until(() -> bytes(1) > undecided && bytes(3) == bytes(1));
    kill(1);
    background(() -> producer.close(Duration.ZERO));
    resume(2);
    // Broker 3 has copied the decision, and leads once the session of broker 1 has expired.
    // Broker 2 must not copy from it: it is paused again, so late that its session goes on.
    eventually().pollDelay(SESSION.minusSeconds(2)).until(() -> true);
    pause(2);
    eventually().untilAsserted(() -> assertThat(leader(TRANSACTIONS)).isEqualTo(3));
    assertThat(inSync(TRANSACTIONS, 0)).as("in-sync replicas").isEqualTo(Set.of(2, 3));
    eventually().untilAsserted(() -> assertThat(stableEnd(0)).isEqualTo(2));
    kill(3);
    resume(2);

    eventually().untilAsserted(() -> assertThat(leader(TRANSACTIONS)).isEqualTo(2));
    assertThat(transaction("split").state()).isEqualTo(TransactionState.ONGOING);
    start(5);
    start(3);
    eventually()
        .untilAsserted(
            () ->
                assertThat(transaction("split").state())
                    .isEqualTo(TransactionState.COMPLETE_ABORT));
    assertThat(committed()).containsExactly("first");
  }

  /**
   * A committed transaction stays open in a partition.
   *
   * <p>{@code KRaftMetadataCache.getPartitionLeaderEndpoint} returns the same for a partition that
   * is deleted and for one that has no leader at the moment. In both cases the coordinator leaves
   * the marker out.
   */
  @Test
  void aCommittedTransactionStaysOpenInAPartitionWithoutLeader() throws Exception {
    startBrokers(3, 1);
    createTopic(TRANSACTIONS, List.of(1));
    createTopic(TOPIC, List.of(2, 3));
    KafkaProducer<String, String> producer = producer("skipped");
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(TOPIC, 0, "key", "first")).get();

    kill(2);
    kill(3);
    eventually().untilAsserted(() -> assertThat(leader(TOPIC)).isEqualTo(-1));
    producer.commitTransaction();
    eventually()
        .untilAsserted(
            () ->
                assertThat(transaction("skipped").state())
                    .isEqualTo(TransactionState.COMPLETE_COMMIT));
    start(2);
    start(3);
    eventually().untilAsserted(() -> assertThat(inSync(TOPIC, 0)).isEqualTo(Set.of(2, 3)));

    // No partition is left that the coordinator would send a marker to.
    assertThat(transaction("skipped").topicPartitions()).isEmpty();
    assertThat(stableEnd(0)).as("last stable offset").isZero();
    assertThat(committed()).isEmpty();
    producer.close();
  }

  // ---- cluster

  /**
   * @param count brokers with the ids 1 to {@code count}
   * @param undisturbed a broker that the test does not stop, for the clients
   */
  private void startBrokers(int count, int undisturbed) throws IOException {
    this.undisturbed = undisturbed;
    for (int id = 1; id <= count; id++) {
      portOf.put(id, ports.next());
      start(id);
    }
    // A paused broker does not answer.
    admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                bootstrapServers(),
                "request.timeout.ms",
                "500",
                "default.api.timeout.ms",
                "1500"));
    eventually().until(() -> admin.describeCluster().nodes().get().size() == count);
  }

  private void start(int id) throws IOException {
    Path file = directory.resolve(id + ".properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings(id).store(writer, null);
    }
    processes.put(id, NodeMain.start(file, clusterId, directory.resolve(id + ".log")));
  }

  private Properties settings(int id) {
    String name = id == CONTROLLER ? "CONTROLLER" : "BROKER";
    Properties settings = new Properties();
    settings.put("process.roles", id == CONTROLLER ? "controller" : "broker");
    settings.put("node.id", String.valueOf(id));
    settings.put("listeners", name + "://127.0.0.1:" + portOf.get(id));
    settings.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,BROKER:PLAINTEXT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("inter.broker.listener.name", "BROKER");
    settings.put("controller.quorum.voters", CONTROLLER + "@127.0.0.1:" + portOf.get(CONTROLLER));
    settings.put("log.dirs", directory.resolve("data" + id).toString());
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("auto.create.topics.enable", "false");
    settings.put("broker.session.timeout.ms", String.valueOf(SESSION.toMillis()));
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.put("log.cleaner.dedupe.buffer.size", String.valueOf(8 << 20));
    return settings;
  }

  private void kill(int id) throws InterruptedException {
    processes.get(id).destroyForcibly().waitFor();
  }

  private void pause(int id) throws IOException, InterruptedException {
    Signals.pause(processes.get(id).pid());
  }

  private void resume(int id) throws IOException, InterruptedException {
    Signals.resume(processes.get(id).pid());
  }

  /** Waits, and asks again if a broker does not answer at the moment. */
  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(60)).ignoreExceptions();
  }

  // ---- clients

  private String bootstrapServers() {
    return "127.0.0.1:" + portOf.get(undisturbed);
  }

  private KafkaProducer<String, String> producer(String transactionalId) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            bootstrapServers(),
            "transactional.id",
            transactionalId,
            "transaction.timeout.ms",
            "20000");
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  /**
   * @param replicas the brokers of each partition; two of them must store a record, if there are
   *     two
   */
  @SafeVarargs
  private void createTopic(String name, List<Integer>... replicas) throws Exception {
    Map<Integer, List<Integer>> assignment = new HashMap<>();
    for (List<Integer> partition : replicas) {
      assignment.put(assignment.size(), partition);
    }
    String required = String.valueOf(Math.min(2, replicas[0].size()));
    NewTopic topic =
        new NewTopic(name, assignment).configs(Map.of("min.insync.replicas", required));
    admin.createTopics(List.of(topic)).all().get();
  }

  private TopicPartitionInfo describe(String topic, int partition) throws Exception {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get()
        .get(topic)
        .partitions()
        .get(partition);
  }

  /** The leader of the first partition, or -1. */
  private int leader(String topic) throws Exception {
    Node leader = describe(topic, 0).leader();
    return leader == null ? -1 : leader.id();
  }

  private Set<Integer> inSync(String topic, int partition) throws Exception {
    return describe(topic, partition).isr().stream().map(Node::id).collect(toSet());
  }

  /** The size of a replica of the transaction log. */
  private long bytes(int broker) throws Exception {
    return admin
        .describeLogDirs(List.of(broker))
        .allDescriptions()
        .get()
        .get(broker)
        .values()
        .stream()
        .mapToLong(log -> log.replicaInfos().get(new TopicPartition(TRANSACTIONS, 0)).size())
        .sum();
  }

  private TransactionDescription transaction(String transactionalId) throws Exception {
    return admin.describeTransactions(List.of(transactionalId)).description(transactionalId).get();
  }

  /** The end of the partition for {@code read_committed} consumers. */
  private long stableEnd(int partition) throws Exception {
    TopicPartition key = new TopicPartition(TOPIC, partition);
    return admin
        .listOffsets(
            Map.of(key, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .partitionResult(key)
        .get()
        .offset();
  }

  /** The values that {@code read_committed} consumers read, once they are at the stable end. */
  private List<String> committed() {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        CommittedRecords.consumer(bootstrapServers(), "read_committed")) {
      List<TopicPartition> partitions = CommittedRecords.partitions(consumer, TOPIC);
      consumer.assign(partitions);
      consumer
          .endOffsets(partitions)
          .forEach(
              (partition, end) -> {
                while (consumer.position(partition) < end) {
                  consumer
                      .poll(Duration.ofMillis(100))
                      .forEach(record -> values.add(new String(record.value(), UTF_8)));
                }
              });
    }
    return values;
  }

  /** Runs a call that ends with an error, because the broker that would answer it is killed. */
  private static void background(Runnable call) {
    Thread thread =
        new Thread(
            () -> {
              try {
                call.run();
              } catch (KafkaException expected) {
                // Its producer was closed.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}
