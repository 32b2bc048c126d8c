package dev.imsbridge.topology;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the topology. Thread-safe.
 *
 * <p>A failure of a stream thread shuts the topology down, because a replacement thread would fail
 * at the same record. The failure is reported to {@code onFailure}, possibly by several threads.
 * Failures caused by an outage of Kafka are the exception: see {@link Replacement}.
 */
public final class TopologyService implements AutoCloseable {
  /** The setting that limits the native memory of the state, in bytes. */
  public static final String STATE_MEMORY = "state.memory.max.bytes";

  /** The default of {@link #STATE_MEMORY}: 128 MiB. */
  public static final long STATE_MEMORY_DEFAULT = 128L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(TopologyService.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(8);
  private final KafkaStreams streams;
  private final AdminLookup lookup;
  private final StateMemory memory;
  private final MeterRegistry metrics;
  private final DamagedState damaged;
  private final InputPartitions partitions;

  private TopologyService(
      KafkaStreams streams,
      AdminLookup lookup,
      StateMemory memory,
      MeterRegistry metrics,
      DamagedState damaged,
      InputPartitions partitions) {
    this.damaged = damaged;
    this.partitions = partitions;
    this.streams = streams;
    this.lookup = lookup;
    this.memory = memory;
    this.metrics = metrics;
  }

  /**
   * Starts the topology.
   *
   * @param config Kafka Streams settings and {@link #STATE_MEMORY}. They override the defaults of
   *     {@link #properties(Map)}; the caller must not change {@code processing.guarantee}.
   * @param metrics the registry for detection lag, fold latency and dead letters
   * @param onFailure receives each failure that shuts the topology down, on the stream thread that
   *     failed
   */
  public static TopologyService start(
      TopologySettings settings,
      Map<String, ?> config,
      MeterRegistry metrics,
      Consumer<Throwable> onFailure) {
    StateMemory memory = new StateMemory(stateMemory(config));
    AdminLookup lookup = null;
    try {
      Properties properties = properties(config, memory);
      AdminLookup topicLookup =
          new AdminLookup(new StreamsConfig(properties).getAdminConfigs("topic-lookup"));
      lookup = topicLookup;
      DamagedState damaged =
          new DamagedState(properties.getProperty(StreamsConfig.STATE_DIR_CONFIG), CLOSE_TIMEOUT);
      StateCopies copies = new StateCopies();
      KafkaStreams streams =
          damaged.start(
              () -> {
                KafkaStreams client =
                    new KafkaStreams(
                        BridgeTopology.build(settings, topicLookup, metrics), properties);
                client.setUncaughtExceptionHandler(
                    exceptionHandler(
                        new Replacement(threadNames(client), committed(client)),
                        failure ->
                            onFailure.accept(
                                ChangedPartitionsException.explained(damaged.explained(failure)))));
                client.setGlobalStateRestoreListener(copies);
                client.setStandbyUpdateListener(copies);
                return client;
              });
      InputPartitions partitions =
          new InputPartitions(streams, copies, lookup::ends, settings.topics());
      return new TopologyService(streams, lookup, memory, metrics, damaged, partitions);
    } catch (RuntimeException e) {
      if (lookup != null) {
        lookup.close();
      }
      memory.close();
      throw e;
    }
  }

  private static long stateMemory(Map<String, ?> config) {
    return config.get(STATE_MEMORY) instanceof Number bytes
        ? bytes.longValue()
        : STATE_MEMORY_DEFAULT;
  }

  private static StreamsUncaughtExceptionHandler exceptionHandler(
      Replacement replacement, Consumer<Throwable> onFailure) {
    return failure -> {
      if (replacement.allows(Thread.currentThread().getName(), failure)) {
        LOG.info(
            "replacing a failed stream thread: {}",
            failure.toString().lines().findFirst().orElseThrow());
        return StreamThreadExceptionResponse.REPLACE_THREAD;
      }
      onFailure.accept(failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    };
  }

  private static Set<String> threadNames(KafkaStreams streams) {
    return streams.metadataForLocalThreads().stream()
        .map(ThreadMetadata::threadName)
        .collect(Collectors.toSet());
  }

  /** Tests whether a running thread has committed. Its metrics exist as long as the thread. */
  private static Predicate<String> committed(KafkaStreams streams) {
    return thread ->
        streams.metrics().values().stream()
            .filter(
                metric ->
                    metric.metricName().name().equals("commit-total")
                        && thread.equals(metric.metricName().tags().get("thread-id")))
            .anyMatch(metric -> metric.metricValue() instanceof Double total && total > 0);
  }

  static Properties properties(Map<String, ?> config, StateMemory memory) {
    Properties properties = properties(config);
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StateMemory.Setter.class);
    properties.put(StateMemory.CONFIG, memory);
    return properties;
  }

  /**
   * Returns the settings of Kafka Streams that the topology runs with, except the shared memory.
   *
   * @param config as for {@link #start}
   */
  public static Properties properties(Map<String, ?> config) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndFailProcessingExceptionHandler.class);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    // A commit that is due waits for the end of a poll. With Kafka's default of 100 ms, the delay
    // of
    // an isolated answer can double.
    properties.put(StreamsConfig.POLL_MS_CONFIG, 20);
    // KIP-892: after a kill only uncommitted writes are discarded, not the whole local state.
    properties.put(StreamsConfig.TRANSACTIONAL_STATE_STORES_CONFIG, true);
    // The HTTP API never shows a state that is rolled back.
    properties.put(
        StreamsConfig.DEFAULT_INTERACTIVE_QUERY_ISOLATION_LEVEL_CONFIG,
        IsolationLevel.READ_COMMITTED.name());
    // Observations and watches are read independently: neither waits for the other.
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    // Other instances wait this long for the transaction of a killed instance. A paused instance
    // loses its partitions after the same time, because the session timeout is equal. The default
    // is
    // 10 s.
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 12_000);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        BridgeTopology.MAX_MESSAGE_BYTES);
    // While the broker completes the previous transaction, it rejects the first batch for a
    // partition (KIP-890) and every later batch as out of order. All are logged as errors and sent
    // again. With one request in flight there are no later batches.
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), 1);
    // How long the tasks of a killed instance stay idle. The default is 45 s.
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 12_000);
    // Kafka Streams sets no delivery timeout on a transactional producer. After an outage, a failed
    // thread would wait forever in its producer's flush and keep the locks of its tasks.
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG), 120_000);
    // The consumer of that thread still sends heartbeats, so the group waits this long for it. The
    // default is 5 min.
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), 120_000);
    properties.putAll(config);
    properties.remove(STATE_MEMORY);
    return properties;
  }

  /** Whether the topology is processing and all state is restored. */
  public boolean ready() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /**
   * Returns the number of dead letters since the start, by kind. Kinds without dead letters are
   * absent.
   */
  public Map<String, Long> deadLetters() {
    return FoldMeters.deadLetters(metrics);
  }

  /**
   * Returns the partitions of the active and the standby tasks of this instance. Waits up to 1 s
   * for Kafka. Empty unless the topology is running or rebalancing.
   */
  public List<PartitionView> partitions() {
    return partitions.now();
  }

  /** The Kafka Streams client, for state, metrics and queries. */
  public KafkaStreams streams() {
    return streams;
  }

  /**
   * Stops the topology and leaves the consumer group, so that another instance takes over at once.
   * Waits up to 8 s for the stream threads.
   */
  @Override
  public void close() {
    boolean ended =
        streams.close(
            CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_TIMEOUT));
    lookup.close();
    if (ended) {
      damaged.deleteIfFound(streams);
      // After a timeout, a thread may still open a store with this memory.
      memory.close();
    }
  }
}
