package dev.imsbridge.topology;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
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
 * The topology, running. Thread-safe.
 *
 * <p>A failure of any of its threads shuts it down and is reported once: a thread that is merely
 * replaced would meet the same record again. The exception is what an outage of Kafka leaves
 * behind: see {@link Replacement}.
 */
public final class TopologyService implements AutoCloseable {
  /** The setting of the native memory that the state may take, in bytes. */
  public static final String STATE_MEMORY = "state.memory.max.bytes";

  /** Its default. */
  public static final long STATE_MEMORY_DEFAULT = 128L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(TopologyService.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(8);
  private final KafkaStreams streams;
  private final AdminLookup lookup;
  private final StateMemory memory;
  private final MeterRegistry metrics;
  private final DamagedState damaged;

  private TopologyService(
      KafkaStreams streams,
      AdminLookup lookup,
      StateMemory memory,
      MeterRegistry metrics,
      DamagedState damaged) {
    this.damaged = damaged;
    this.streams = streams;
    this.lookup = lookup;
    this.memory = memory;
    this.metrics = metrics;
  }

  /**
   * Starts the topology.
   *
   * @param config kafka-streams settings, and {@link #STATE_MEMORY}; what exactly-once needs is set
   *     here where it is absent
   * @param metrics told how late things are found, and of what cannot be used
   * @param onFailure told of the first failure, on one of the stream threads
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
      AdminLookup asked =
          new AdminLookup(new StreamsConfig(properties).getAdminConfigs("topic-lookup"));
      lookup = asked;
      DamagedState damaged =
          new DamagedState(properties.getProperty(StreamsConfig.STATE_DIR_CONFIG));
      KafkaStreams streams =
          damaged.start(
              () -> {
                KafkaStreams made =
                    new KafkaStreams(BridgeTopology.build(settings, asked, metrics), properties);
                made.setUncaughtExceptionHandler(
                    handler(
                        new Replacement(threads(made), committed(made)),
                        failure -> onFailure.accept(damaged.explained(failure))));
                return made;
              });
      return new TopologyService(streams, lookup, memory, metrics, damaged);
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

  private static StreamsUncaughtExceptionHandler handler(
      Replacement replacement, Consumer<Throwable> onFailure) {
    return failure -> {
      if (replacement.helps(Thread.currentThread().getName(), failure)) {
        LOG.info(
            "a thread of the topology is replaced: {}",
            failure.toString().lines().findFirst().orElseThrow());
        return StreamThreadExceptionResponse.REPLACE_THREAD;
      }
      onFailure.accept(failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    };
  }

  private static Set<String> threads(KafkaStreams streams) {
    return streams.metadataForLocalThreads().stream()
        .map(ThreadMetadata::threadName)
        .collect(Collectors.toSet());
  }

  /** Whether a thread that runs has committed: its metrics begin and end with it. */
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
    Properties properties = new Properties();
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndFailProcessingExceptionHandler.class);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    // Observations and watches are read independently: neither waits for the other.
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StateMemory.Setter.class);
    properties.put(StateMemory.CONFIG, memory);
    // A pause of the machine longer than this fences the task; the default of 10 s is too short.
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 30_000);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        BridgeTopology.MAX_MESSAGE_BYTES);
    // The broker refuses the first batch for a partition while it still completes the transaction
    // before (KIP-890), and then each one behind it as out of order, all logged as errors and sent
    // again. With one request under way there is nothing behind.
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), 1);
    // How long the tasks of an instance that was killed lie idle; the default is 45 s.
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 15_000);
    // Kafka Streams gives a transactional producer no delivery timeout. A thread that an outage
    // ended
    // would wait in its producer's flush without end, and keep the locks of its tasks.
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG), 120_000);
    // Its consumer's heartbeat goes on meanwhile. The group waits this long for it; the default is
    // 5 min.
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), 120_000);
    properties.putAll(config);
    properties.remove(STATE_MEMORY);
    return properties;
  }

  /** Whether it is processing, all state restored. */
  public boolean ready() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /** How many records could not be used since the start, by kind; without kinds of none. */
  public Map<String, Long> deadLetters() {
    return FoldMeters.deadLetters(metrics);
  }

  /** The running client, for state, metrics and queries. */
  public KafkaStreams streams() {
    return streams;
  }

  /**
   * Stops within some seconds and leaves the group, so that another instance takes over at once.
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
      // Else a thread may still open a store with it.
      memory.close();
    }
  }
}
