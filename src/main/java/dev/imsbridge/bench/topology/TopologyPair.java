package dev.imsbridge.bench.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.bench.common.BrokerBenchmark;
import dev.imsbridge.bench.common.SampleAnswers;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.ConfiguredProjects;
import dev.imsbridge.config.Keys;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.NativeLibraries;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The topology of a bridge and a {@link BareTopology} on the same Kafka, with the clients that
 * write their inputs and read what follows. The producer has the settings of a poller's. Used by
 * one thread, except for {@link #answer}.
 */
final class TopologyPair implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ProjectRef project;
  private final int partitions;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> watches;
  private final Side bridge;
  private final Side bare;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final List<AutoCloseable> parts = new ArrayList<>();
  private int named;

  /**
   * One of the topologies, with {@code read_committed} consumers of its outputs.
   *
   * @param application the prefix of its changelogs
   */
  record Side(
      TopicNames topics,
      String application,
      KafkaStreams streams,
      KafkaConsumer<byte[], byte[]> completions,
      KafkaConsumer<byte[], byte[]> transitions) {}

  /**
   * Starts both topologies.
   *
   * @param config the settings of the bridge, whose prefix is also in the name of the bare topics
   */
  TopologyPair(BridgeConfig config) throws Exception {
    NativeLibraries.ofService(config.dataDirectory(), Keys.DATA_DIR)
        .load(EnumSet.of(NativeLibraries.Library.ROCKSDB));
    BridgeConfig bareConfig =
        BrokerBenchmark.with(
            config, List.of(Keys.TOPICS_PREFIX + "=bare." + config.topics().prefix()));
    KafkaAccess kafka = KafkaAccess.of(config);
    try (Admin admin = kafka.admin()) {
      new TopicAccess(kafka, config).prepare(admin);
      new TopicAccess(kafka, bareConfig).prepare(admin);
    }
    ConfiguredProjects projects = new ConfiguredProjects(config);
    project = projects.all().get(0).ref();
    partitions = kafka.partitions(List.of(config.topics().observations())).size();
    TopologyService topology =
        opened(
            TopologyService.start(
                StreamsSettings.topology(config, projects.requests(), Set.of()),
                StreamsSettings.of(kafka, config),
                new SimpleMeterRegistry(),
                failure::set));
    BareTopology copy =
        opened(
            BareTopology.start(
                bareConfig.topics(),
                partition -> SampleResults.of(config.foldRules(), project, partition, partitions),
                StreamsSettings.of(kafka, bareConfig),
                failure::set));
    producer = opened(kafka.producer(Map.of("linger.ms", 5)));
    watches = reader(kafka, config.topics().watches());
    bridge = side(kafka, config, topology.streams());
    bare = side(kafka, bareConfig, copy.streams());
  }

  private Side side(KafkaAccess kafka, BridgeConfig config, KafkaStreams streams)
      throws InterruptedException {
    return new Side(
        config.topics(),
        config.applicationId(),
        streams,
        reader(kafka, config.topics().completions()),
        reader(kafka, config.topics().transitions()));
  }

  private KafkaConsumer<byte[], byte[]> reader(KafkaAccess kafka, String topic)
      throws InterruptedException {
    return opened(BrokerBenchmark.reader(kafka, topic));
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.add(part);
    return part;
  }

  Side bridge() {
    return bridge;
  }

  Side bare() {
    return bare;
  }

  /** A consumer of the bridge's watches. */
  KafkaConsumer<byte[], byte[]> watches() {
    return watches;
  }

  int partitions() {
    return partitions;
  }

  int partition(String id) {
    return RootPartition.of(id, partitions);
  }

  /** Returns new job ids. */
  List<String> names(int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(SampleAnswers.id(named++));
    }
    return ids;
  }

  /** Requests a job from the bridge. */
  void ask(String id) {
    send(new ProducerRecord<>(bridge.topics().requests(), null, id.getBytes(UTF_8)));
  }

  /** Writes an answer, as a poller does. Thread-safe. */
  void answer(Side side, String id, String status) {
    send(SampleAnswers.of(id, project, status).record(side.topics().observations(), partition(id)));
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

  /** Waits until everything is written. */
  void flush() {
    producer.flush();
  }

  /**
   * Reads records until there were {@code count}.
   *
   * @throws CommandFailure after 5 min, or if a topology or a write fails
   */
  void read(
      KafkaConsumer<byte[], byte[]> consumer,
      int count,
      Consumer<ConsumerRecord<byte[], byte[]>> use) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    int left = count;
    while (left > 0) {
      for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(200))) {
        use.accept(each);
        left--;
      }
      Throwable broken = failure.get();
      if (broken != null) {
        throw CommandFailure.fault("the topology failed: " + SafeText.reason(broken), broken);
      }
      if (System.nanoTime() - until > 0) {
        throw CommandFailure.fault(
            "%s of %s records that have to follow did not within %s minutes"
                .formatted(left, count, PATIENCE.toMinutes()),
            null);
      }
    }
  }

  void read(KafkaConsumer<byte[], byte[]> consumer, int count) {
    read(consumer, count, record -> {});
  }

  @Override
  public void close() {
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
