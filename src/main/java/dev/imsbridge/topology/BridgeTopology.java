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
 * Builds the topology. {@code intake} copies valid requests to the observations topic. {@code fold}
 * reads only the observations topic, folds it into job trees and publishes the resulting events.
 * {@code reconcile} finds missing records in the {@code watches} and {@code status} topics.
 *
 * <p>Sources deserialize to bytes, so no record can fail before it reaches a processor. Every node
 * has a name, so a changed topology finds its existing state.
 */
public final class BridgeTopology {
  /** The names of all stores. Each has a changelog topic. */
  public static final List<String> STORES = List.of(TreeStore.NAME, IntakeProcessor.STORE);

  /** The largest record in bytes. A tree with many sub-jobs exceeds Kafka's default of 1 MiB. */
  static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  /**
   * The settings of a store's changelog topic. A new owner reads the whole topic. Small segments
   * and early cleaning keep it short, as for {@code watches}.
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
   * Builds the topology with persistent stores.
   *
   * @param lookup called when a task starts, on the task's thread
   * @param metrics the registry for detection lag, fold latency and dead letters
   */
  static Topology build(TopologySettings settings, TopicLookup lookup, MeterRegistry metrics) {
    return build(settings, lookup, metrics, Stores::persistentKeyValueStore);
  }

  /**
   * Builds the topology with the given kind of store.
   *
   * @param stores creates the supplier of the store with a given name
   */
  static Topology build(
      TopologySettings settings,
      TopicLookup lookup,
      MeterRegistry metrics,
      Function<String, KeyValueBytesStoreSupplier> stores) {
    FoldMeters meters = new FoldMeters(metrics);
    TopicNames topics = settings.topics();
    Topology topology = new Topology();
    // Wall clock, because the timestamp of an external producer can have any value.
    source(topology, REQUESTS, topics.requests(), new WallclockTimestampExtractor());
    topology.addProcessor(
        INTAKE,
        () -> new IntakeProcessor(topics.requests(), settings.requests(), lookup, meters),
        REQUESTS);
    topology.addStateStore(store(stores.apply(IntakeProcessor.STORE)), INTAKE);
    sink(topology, IntakeProcessor.OBSERVATIONS, topics.observations(), INTAKE);
    sink(topology, IntakeProcessor.DEAD_LETTERS, topics.deadLetters(), INTAKE);

    // The record's timestamp, because it is the same at every read. Kafka Streams drops records
    // with a negative timestamp, so those become 0.
    source(
        topology,
        OBSERVATIONS,
        topics.observations(),
        (record, partitionTime) -> Math.max(0, record.timestamp()));
    topology.addProcessor(FOLD, () -> new FoldProcessor(settings, lookup, meters), OBSERVATIONS);
    source(topology, WRITTEN_WATCHES, topics.watches(), new WallclockTimestampExtractor());
    topology.addProcessor(
        RECONCILE, () -> new ReconcileProcessor(settings, lookup), WRITTEN_WATCHES);
    sink(topology, ReconcileProcessor.OBSERVATIONS, topics.observations(), RECONCILE);
    topology.addStateStore(store(stores.apply(TreeStore.NAME)), FOLD, RECONCILE);
    sink(topology, FoldProcessor.TRANSITIONS, topics.transitions(), FOLD);
    sink(topology, FoldProcessor.COMPLETIONS, topics.completions(), FOLD);
    sink(topology, FoldProcessor.DEAD_LETTERS, topics.deadLetters(), FOLD);
    table(topology, FoldProcessor.STATUS, topics.status());
    table(topology, FoldProcessor.WATCHES, topics.watches());
    audit(topology, topics.audit());
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

  /**
   * A sink that keeps the partition of an entry, because the entries of a partition are chained.
   */
  @SuppressWarnings("removal") // the successor of partitions(…) in Kafka 4.4 is not abstract yet
  private static void audit(Topology topology, String topic) {
    topology.addSink(
        FoldProcessor.AUDIT,
        topic,
        new ByteArraySerializer(),
        (String unused, ChainedEntry entry) -> entry.value(),
        (String unused, byte[] key, ChainedEntry entry, int partitions) ->
            Optional.of(Set.of(entry.partition())),
        FOLD);
  }

  /**
   * A sink with keys {@code root} or {@code root/child}. All rows of a tree go to the same
   * partition.
   */
  @SuppressWarnings("removal") // as above
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
