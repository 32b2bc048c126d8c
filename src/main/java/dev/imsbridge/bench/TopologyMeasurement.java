package dev.imsbridge.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.ConfiguredProjects;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.StreamsSettings;
import dev.imsbridge.service.TopicAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.topology.TopologyService;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Measures the topology of a bridge, from its input topics to a {@code read_committed} consumer,
 * and a {@link BareTopology} beside it. Each round writes its input while the topology is paused.
 * Measured is the time from resuming until all resulting records are read. Used by one thread.
 */
final class TopologyMeasurement implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final TopicNames topics;
  private final ProjectRef project;
  private final Supplier<Duration> brokerCpu;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> watches;
  private final KafkaConsumer<byte[], byte[]> completions;
  private final KafkaConsumer<byte[], byte[]> transitions;
  private final TopologyService topology;
  private final BareTopology bare;
  private final KafkaConsumer<byte[], byte[]> bareCompletions;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final int partitions;
  private final Admin admin;
  private final TopicSizes sizes;
  private final String application;
  private final String bareApplication;
  private final List<Stored> requests = new ArrayList<>();
  private final List<Stored> answers = new ArrayList<>();
  private final List<Stored> bareAnswers = new ArrayList<>();
  private int named;

  /** A round, and the bytes that the brokers stored because of it. */
  record Stored(Round round, TopicSizes.Bytes bytes) {}

  /**
   * Starts both topologies.
   *
   * @param bareConfig the same settings with another prefix, for the bare topology
   * @param brokerCpu returns the CPU time that the broker has used so far
   */
  TopologyMeasurement(BridgeConfig config, BridgeConfig bareConfig, Supplier<Duration> brokerCpu)
      throws Exception {
    this.brokerCpu = brokerCpu;
    topics = config.topics();
    KafkaAccess kafka = KafkaAccess.of(config);
    admin = kafka.admin();
    sizes = new TopicSizes(admin);
    application = config.applicationId();
    bareApplication = bareConfig.applicationId();
    new TopicAccess(kafka, config).prepare(admin);
    new TopicAccess(kafka, bareConfig).prepare(admin);
    ConfiguredProjects projects = new ConfiguredProjects(config);
    project = projects.all().get(0).ref();
    partitions = kafka.partitions(List.of(topics.observations())).size();
    producer = kafka.producer(Map.of("linger.ms", 5));
    watches = reader(kafka, topics.watches());
    completions = reader(kafka, topics.completions());
    transitions = reader(kafka, topics.transitions());
    topology =
        TopologyService.start(
            StreamsSettings.topology(config, projects.requests(), Set.of()),
            StreamsSettings.of(kafka, config),
            new SimpleMeterRegistry(),
            failure::set);
    bare =
        BareTopology.start(
            bareConfig.topics(),
            partition -> SampleResults.of(config.foldRules(), project, partition, partitions),
            StreamsSettings.of(kafka, bareConfig),
            failure::set);
    bareCompletions = reader(kafka, bareConfig.topics().completions());
  }

  private static KafkaConsumer<byte[], byte[]> reader(KafkaAccess kafka, String topic)
      throws InterruptedException {
    KafkaConsumer<byte[], byte[]> consumer = kafka.consumer();
    List<TopicPartition> all = kafka.partitions(List.of(topic));
    consumer.assign(all);
    consumer.seekToBeginning(all);
    return consumer;
  }

  /**
   * Runs {@code rounds} rounds of {@code jobs} jobs, after {@code warmUp} rounds that are not
   * measured.
   */
  void measure(int jobs, int warmUp, int rounds) {
    for (int i = 0; i < warmUp + rounds; i++) {
      if (i == warmUp) {
        requests.clear();
        answers.clear();
        bareAnswers.clear();
      }
      round(jobs);
    }
  }

  /** Returns the rounds of the job requests. */
  List<Stored> requests() {
    return requests;
  }

  /** Returns the rounds of the answers for these jobs. */
  List<Stored> answers() {
    return answers;
  }

  /** Returns the rounds of the same answers in the bare topology. */
  List<Stored> bareAnswers() {
    return bareAnswers;
  }

  private void round(int jobs) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      ids.add(name());
    }
    topology.streams().pause();
    ids.forEach(this::ask);
    Supplier<TopicSizes.Bytes> stored = () -> sizes.of(topics, application);
    Supplier<TopicSizes.Bytes> bareStored = () -> sizes.of(bare.topics(), bareApplication);
    requests.add(stored(stored, () -> taken(jobs, topology.streams(), watches, jobs)));
    answers.add(stored(stored, () -> answered(ids, topics, topology.streams(), completions)));
    bareAnswers.add(
        stored(bareStored, () -> answered(ids, bare.topics(), bare.streams(), bareCompletions)));
    // The watches of this round with their job types, their tombstones, and the transitions.
    read(watches, 2 * jobs);
    read(transitions, jobs * SampleAnswers.STATUSES.size());
  }

  private static Stored stored(Supplier<TopicSizes.Bytes> bytes, Supplier<Round> measured) {
    TopicSizes.Bytes before = bytes.get();
    Round round = measured.get();
    return new Stored(round, bytes.get().since(before));
  }

  private Round answered(
      List<String> ids,
      TopicNames names,
      KafkaStreams streams,
      KafkaConsumer<byte[], byte[]> completed) {
    streams.pause();
    for (String status : SampleAnswers.STATUSES) {
      ids.forEach(id -> answer(names.observations(), id, status));
    }
    return taken(ids.size() * SampleAnswers.STATUSES.size(), streams, completed, ids.size());
  }

  /**
   * Measures the latency of single answers, from before the write until the transition is read.
   *
   * @return in ascending order
   */
  List<Duration> probe(int probes) {
    List<Duration> lags = new ArrayList<>();
    for (int i = 0; i < probes; i++) {
      String id = name();
      ask(id);
      read(watches, 1);
      long start = System.nanoTime();
      answer(topics.observations(), id, "RUNNING");
      producer.flush();
      read(transitions, 1);
      lags.add(Duration.ofNanos(System.nanoTime() - start));
      // The watch with its job type.
      read(watches, 1);
    }
    lags.sort(null);
    return lags;
  }

  private Round taken(
      int records, KafkaStreams streams, KafkaConsumer<byte[], byte[]> follow, int outcomes) {
    producer.flush();
    Round before = Round.now(0, 0, brokerCpu);
    streams.resume();
    read(follow, outcomes);
    return Round.now(records, 0, brokerCpu).since(before);
  }

  private void read(KafkaConsumer<byte[], byte[]> consumer, int records) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    for (int left = records; left > 0; left -= consumer.poll(Duration.ofMillis(200)).count()) {
      Throwable broken = failure.get();
      if (broken != null) {
        throw CommandFailure.fault("the topology broke down: " + SafeText.reason(broken), broken);
      }
      if (System.nanoTime() - until > 0) {
        throw CommandFailure.fault(
            "%s of %s records that have to follow did not within %s minutes"
                .formatted(left, records, PATIENCE.toMinutes()),
            null);
      }
    }
  }

  private String name() {
    return SampleAnswers.id(named++);
  }

  private void ask(String id) {
    send(new ProducerRecord<>(topics.requests(), null, id.getBytes(UTF_8)));
  }

  private void answer(String topic, String id, String status) {
    send(SampleAnswers.of(id, project, status).record(topic, RootPartition.of(id, partitions)));
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    var unused =
        producer.send(
            record,
            (metadata, e) -> {
              if (e != null) {
                failure.compareAndSet(null, new KafkaException("cannot write", e));
              }
            });
  }

  @Override
  public void close() {
    topology.close();
    bare.close();
    for (AutoCloseable client :
        Arrays.asList(producer, watches, completions, transitions, bareCompletions, admin)) {
      try {
        client.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
