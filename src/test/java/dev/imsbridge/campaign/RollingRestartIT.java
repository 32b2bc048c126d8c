package dev.imsbridge.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.history.TestCluster;
import dev.imsbridge.simulator.ExpectedJob;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.wire.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * An update of the bridge: under load, two instances are stopped and started one after the other.
 * Consumers of the events notice no more than a short delay. Maven runs this test alone, because it
 * measures time.
 */
@ExtendWith(SharedBroker.Extension.class)
@Timeout(300)
class RollingRestartIT {
  private static final int PARTITIONS = 4;
  private static final int JOBS = 2_000;
  private static final int JOBS_PER_TICK = 3;
  private static final Duration TICK = Duration.ofMillis(50);
  private static final Duration LONGEST_JOB = Duration.ofSeconds(6);
  private static final Duration LONGEST_GAP = Duration.ofSeconds(10);

  /**
   * The partitions of a killed instance stay idle for the session timeout, 12 s, and the takeover
   * after it. Those of a stopped one must not.
   */
  private static final Duration LONGEST_GAP_OF_A_PARTITION = Duration.ofSeconds(20);

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final ServedAnswers served = new ServedAnswers();
  private final Set<String> requested = ConcurrentHashMap.newKeySet();
  private volatile boolean restarted;

  @Test
  void shouldLoseAndDoubleNothingAndPauseBrieflyWhenInstancesRestartUnderLoad(
      SharedBroker broker, @TempDir Path directory) throws Exception {
    String kafka = broker.bootstrapServers();
    TopicNames topics = new TopicNames(broker.newPrefix());
    SimulatorOptions options = SimulatorOptions.defaults().withSpeed(200);
    ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor();
    FreePorts ports = new FreePorts();
    try (SimulatorServer simulator = SimulatorServer.start(options, served);
        TestCluster cluster = new TestCluster(kafka);
        KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of());
        BridgeSlot first = bridge(0, directory, simulator, ports, kafka, topics);
        BridgeSlot second = bridge(1, directory, simulator, ports, kafka, topics)) {
      start(first);
      start(second);
      try (Arrivals arrivals = new Arrivals(kafka, topics.transitions())) {
        Iterator<String> ids =
            simulator
                .catalogue()
                .ids()
                .filter(id -> simulator.expected(id).duration().compareTo(LONGEST_JOB) < 0)
                .iterator();
        long begin = System.nanoTime();
        var loading =
            load.scheduleAtFixedRate(
                () -> request(ids, producer, topics), 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
        await().atMost(PATIENCE).until(() -> arrivals.count() > JOBS / 10);
        for (BridgeSlot bridge : List.of(first, second)) {
          assertThat(bridge.stop()).as("exit code").isZero();
          start(bridge);
        }
        restarted = true;
        await().atMost(PATIENCE).until(loading::isDone);
        long end = System.nanoTime();
        awaitEnds(kafka, topics);
        Duration gap = arrivals.longestGap(begin, end);
        Map<Integer, Duration> gaps = arrivals.longestGaps(begin, end);
        System.out.printf(
            "%d jobs in %d s, longest time without a transition: %s, by partition: %s%n",
            requested.size(), TimeUnit.NANOSECONDS.toSeconds(end - begin), gap, gaps);
        assertThat(gap).isLessThan(LONGEST_GAP);
        assertThat(gaps)
            .hasSize(PARTITIONS)
            .allSatisfy(
                (partition, each) -> assertThat(each).isLessThan(LONGEST_GAP_OF_A_PARTITION));
      }
      assertThat(violations(kafka, topics, simulator)).isEmpty();
    } finally {
      load.shutdownNow();
    }
  }

  private static BridgeSlot bridge(
      int index,
      Path directory,
      SimulatorServer simulator,
      FreePorts ports,
      String kafka,
      TopicNames topics)
      throws Exception {
    List<String> settings =
        List.of(
            "kafka.bootstrap.servers=" + kafka,
            "topics.prefix=" + topics.prefix(),
            "topics.partitions=" + PARTITIONS,
            "ims.project.id=p1",
            "ims.auth=none",
            "ims.rate=2000",
            "ims.burst=200",
            "poll.policy=fixed",
            "poll.interval=1s",
            "state.memory.max.bytes=" + (32 << 20));
    return new BridgeSlot(index, directory, simulator.port(), ports, settings, Map.of());
  }

  private static void start(BridgeSlot bridge) throws Exception {
    bridge.start();
    await().atMost(PATIENCE).until(bridge::ready);
  }

  /** Requests some jobs, at least 2,000 in all, and more until both instances have restarted. */
  private void request(
      Iterator<String> ids, KafkaProducer<byte[], byte[]> producer, TopicNames topics) {
    if (restarted && requested.size() >= JOBS) {
      throw new CancellationException();
    }
    for (int i = 0; i < JOBS_PER_TICK; i++) {
      String id = ids.next();
      requested.add(id);
      var unused = producer.send(new ProducerRecord<>(topics.requests(), id.getBytes(UTF_8)));
    }
  }

  private void awaitEnds(String kafka, TopicNames topics) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () ->
                CommittedRecords.read(kafka, topics.completions()).stream()
                    .map(record -> new String(record.key(), UTF_8))
                    .collect(Collectors.toCollection(HashSet::new))
                    .containsAll(requested));
  }

  private List<String> violations(String kafka, TopicNames topics, SimulatorServer simulator) {
    Function<String, List<ConsumerRecord<byte[], byte[]>>> read =
        topic -> CommittedRecords.read(kafka, topic);
    Violations violations = new Violations();
    ObservedStatuses observed = new ObservedStatuses();
    read.apply(topics.observations()).forEach(observed::add);
    EventCheck check = new EventCheck(violations, requested, Set.of(), Set.of(), Set.of());
    check.transitions(read.apply(topics.transitions()));
    check.observed(observed, served);
    // Nothing is killed, so every status that was served must be observed.
    check.served(served, observed, 0);
    check.ends(
        requested.stream()
            .collect(
                Collectors.toMap(
                    job -> job,
                    job ->
                        simulator
                            .expected(job)
                            .tree()
                            .collect(
                                Collectors.toMap(
                                    ExpectedJob::jobId, each -> each.status().name())))));
    check.completions(read.apply(topics.completions()));
    check.statusTable(read.apply(topics.status()));
    check.watches(read.apply(topics.watches()));
    check.deadLetters(read.apply(topics.deadLetters()), Set.of(), List.of(), List.of());
    return violations.lines();
  }
}
