package dev.imsbridge.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.wire.Recorder;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The topology: {@code intake} takes requests into the observations topic, {@code fold} folds that
 * topic, its one input, into job trees and publishes what follows.
 *
 * <p>Everything is bytes at the sources, so that no record can fail before a processor sees it, and
 * every node is named, so that a changed topology finds its state again.
 */
public final class BridgeTopology {
  /** The one store: root job id to job tree, and the head of the partition's audit chain. */
  public static final String STORE = "trees";

  /** A tree of many sub-jobs takes more than Kafka's default of 1 MiB. */
  static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  private static final String REQUESTS = "requests";
  private static final String INTAKE = "intake";
  private static final String OBSERVATIONS = "observations";
  private static final String FOLD = "fold";

  private BridgeTopology() {}

  /** Builds the topology, unmeasured. */
  public static Topology build(TopologySettings settings) {
    return build(settings, new CompositeMeterRegistry());
  }

  /**
   * Builds the topology.
   *
   * @param metrics told how late things are found, and of what cannot be used
   */
  public static Topology build(TopologySettings settings, MeterRegistry metrics) {
    FoldMeters meters = new FoldMeters(metrics);
    TopicNames topics = settings.topics();
    Topology topology = new Topology();
    // The clock of whoever reads, since a stranger's timestamp may be any.
    source(topology, REQUESTS, topics.requests(), new WallclockTimestampExtractor());
    topology.addProcessor(INTAKE, () -> new IntakeProcessor(settings.requests(), meters), REQUESTS);
    sink(topology, IntakeProcessor.JOURNAL, topics.observations(), INTAKE);
    sink(topology, IntakeProcessor.DEAD_LETTERS, topics.deadLetters(), INTAKE);

    // That of the log, which is the same whenever the record is read again. Never one below zero:
    // Streams drops such a record.
    source(
        topology,
        OBSERVATIONS,
        topics.observations(),
        (record, partitionTime) -> Math.max(0, record.timestamp()));
    topology.addProcessor(
        FOLD,
        () ->
            new FoldProcessor(
                new Recorder(settings.rules(), settings.retention(), settings.mode()), meters),
        OBSERVATIONS);
    topology.addStateStore(store(), FOLD);
    sink(topology, FoldProcessor.TRANSITIONS, topics.transitions(), FOLD);
    sink(topology, FoldProcessor.COMPLETIONS, topics.completions(), FOLD);
    sink(topology, FoldProcessor.STATUS, topics.status(), FOLD);
    sink(topology, FoldProcessor.DEAD_LETTERS, topics.deadLetters(), FOLD);
    topology.addSink(
        FoldProcessor.WATCHES,
        topics.watches(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        (String topic, byte[] key, byte[] value, int partitions) ->
            Optional.of(
                Set.of(RootPartition.of(RootPartition.rootOf(new String(key, UTF_8)), partitions))),
        FOLD);
    topology.addSink(
        FoldProcessor.AUDIT,
        topics.audit(),
        new ByteArraySerializer(),
        (String topic, ChainedEntry entry) -> entry.value(),
        (String topic, byte[] key, ChainedEntry entry, int partitions) ->
            Optional.of(Set.of(entry.partition())),
        FOLD);
    return topology;
  }

  private static void source(
      Topology topology, String name, String topic, TimestampExtractor time) {
    topology.addSource(
        AutoOffsetReset.earliest(),
        name,
        time,
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        topic);
  }

  private static void sink(Topology topology, String name, String topic, String parent) {
    topology.addSink(name, topic, new ByteArraySerializer(), new ByteArraySerializer(), parent);
  }

  private static StoreBuilder<KeyValueStore<String, byte[]>> store() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(
            Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_MESSAGE_BYTES)));
  }
}
