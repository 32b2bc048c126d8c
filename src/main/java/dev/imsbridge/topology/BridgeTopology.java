package dev.imsbridge.topology;

import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
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
  /** The store of the fold: see {@link TreeStore}. */
  public static final String STORE = "trees";

  /** The store of the intake: how far requests were taken. */
  static final String INTAKE_STORE = "intake";

  /** The names of all stores; each has a changelog topic. */
  public static final List<String> STORES = List.of(STORE, INTAKE_STORE);

  /** A tree of many sub-jobs takes more than Kafka's default of 1 MiB. */
  static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  /**
   * The settings of a store's changelog topic. It is a table that a new owner reads whole: small
   * segments and early cleaning keep it short, as they do for {@code watches}.
   */
  public static final SortedMap<String, String> CHANGELOG =
      Collections.unmodifiableSortedMap(
          new TreeMap<>(
              Map.of(
                  TopicConfig.CLEANUP_POLICY_CONFIG,
                  TopicConfig.CLEANUP_POLICY_COMPACT,
                  TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                  "0.1",
                  TopicConfig.SEGMENT_MS_CONFIG,
                  "3600000",
                  TopicConfig.SEGMENT_BYTES_CONFIG,
                  "67108864",
                  TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
                  "86400000",
                  TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                  "CreateTime",
                  TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                  Integer.toString(MAX_MESSAGE_BYTES))));

  private static final String REQUESTS = "requests";
  private static final String INTAKE = "intake";
  private static final String OBSERVATIONS = "observations";
  private static final String FOLD = "fold";
  private static final String WRITTEN_WATCHES = "written-watches";
  private static final String RECONCILE = "reconcile";

  private BridgeTopology() {}

  /**
   * Builds the topology.
   *
   * @param lookup asked once for each task, on its thread
   * @param metrics told how late things are found, and of what cannot be used
   */
  public static Topology build(
      TopologySettings settings, TopicLookup lookup, MeterRegistry metrics) {
    return build(settings, lookup, metrics, Stores::persistentKeyValueStore);
  }

  /**
   * The same.
   *
   * @param stores the kind of store to keep under a name
   */
  static Topology build(
      TopologySettings settings,
      TopicLookup lookup,
      MeterRegistry metrics,
      Function<String, KeyValueBytesStoreSupplier> stores) {
    FoldMeters meters = new FoldMeters(metrics);
    TopicNames topics = settings.topics();
    Topology topology = new Topology();
    // The clock of whoever reads, since a stranger's timestamp may be any.
    source(topology, REQUESTS, topics.requests(), new WallclockTimestampExtractor());
    topology.addProcessor(
        INTAKE,
        () -> new IntakeProcessor(topics.requests(), settings.requests(), lookup, meters),
        REQUESTS);
    topology.addStateStore(store(stores.apply(INTAKE_STORE)), INTAKE);
    sink(topology, IntakeProcessor.JOURNAL, topics.observations(), INTAKE);
    sink(topology, IntakeProcessor.DEAD_LETTERS, topics.deadLetters(), INTAKE);

    // That of the log, which is the same whenever the record is read again. Never one below zero:
    // Streams drops such a record.
    source(
        topology,
        OBSERVATIONS,
        topics.observations(),
        (record, partitionTime) -> Math.max(0, record.timestamp()));
    topology.addProcessor(FOLD, () -> new FoldProcessor(settings, lookup, meters), OBSERVATIONS);
    source(topology, WRITTEN_WATCHES, topics.watches(), new WallclockTimestampExtractor());
    topology.addProcessor(
        RECONCILE, () -> new ReconcileProcessor(settings, lookup), WRITTEN_WATCHES);
    sink(topology, ReconcileProcessor.JOURNAL, topics.observations(), RECONCILE);
    topology.addStateStore(store(stores.apply(STORE)), FOLD, RECONCILE);
    sink(topology, FoldProcessor.TRANSITIONS, topics.transitions(), FOLD);
    sink(topology, FoldProcessor.COMPLETIONS, topics.completions(), FOLD);
    sink(topology, FoldProcessor.DEAD_LETTERS, topics.deadLetters(), FOLD);
    table(topology, FoldProcessor.STATUS, topics.status());
    table(topology, FoldProcessor.WATCHES, topics.watches());
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

  /** A sink whose key is {@code root} or {@code root/child}: a tree's rows share a partition. */
  private static void table(Topology topology, String name, String topic) {
    topology.addSink(
        name,
        topic,
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        (String unused, byte[] key, byte[] value, int partitions) ->
            Optional.of(Set.of(RootPartition.ofKey(key, partitions))),
        FOLD);
  }

  private static StoreBuilder<KeyValueStore<String, byte[]>> store(
      KeyValueBytesStoreSupplier supplier) {
    return Stores.keyValueStoreBuilder(supplier, Serdes.String(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(CHANGELOG);
  }
}
