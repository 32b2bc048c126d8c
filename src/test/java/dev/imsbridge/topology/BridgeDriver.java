package dev.imsbridge.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.Acceptance;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.wire.Checkpoint;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.LogPosition;
import dev.imsbridge.wire.Observation;
import dev.imsbridge.wire.Observation.Kind;
import dev.imsbridge.wire.Requests;
import dev.imsbridge.wire.StoreCodec;
import dev.imsbridge.wire.TableTopics;
import dev.imsbridge.wire.TopicNames;
import dev.imsbridge.wire.Watches;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.InMemoryKeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Runs the topology without a broker. Tests send requests and observations and read every output
 * topic as a consumer would. The clock only moves when a test advances it.
 */
final class BridgeDriver implements AutoCloseable {
  static final TopicNames TOPICS = new TopicNames("ims.jobs.");
  static final ProjectRef PROJECT = new ProjectRef("cn-north-4", "project");
  static final ProjectRef OTHER_PROJECT = new ProjectRef("cn-north-4", "other-project");
  static final Instant BEGIN = Instant.parse("2024-11-06T06:00:00Z");
  static final Duration RETENTION = Duration.ofDays(7);

  /** A record read from an output topic. */
  record Read(String key, byte[] value, Map<String, String> headers) {
    String text() {
      return value == null ? null : new String(value, UTF_8);
    }
  }

  private final FoldRules rules;
  private final CloudEvent.Mode mode;
  private final Map<String, List<Read>> read = new LinkedHashMap<>();
  private final Map<String, String> topicIds = new HashMap<>();
  private final Map<String, Long> ends = new HashMap<>();
  private Set<String> acceptedLogs = Set.of();
  private Map<String, Map<String, byte[]>> restored = Map.of();
  private final MeterRegistry metrics = new SimpleMeterRegistry();
  private final Path stateDirectory;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> requests;
  private TestInputTopic<byte[], byte[]> observations;
  private Instant now = BEGIN;

  BridgeDriver() {
    this(FoldRules.DEFAULTS, CloudEvent.Mode.BINARY);
  }

  BridgeDriver(FoldRules rules, CloudEvent.Mode mode) {
    this.rules = rules;
    this.mode = mode;
    try {
      stateDirectory = Files.createTempDirectory("imsbridge-driver");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
  }

  static TopologySettings settings(TopicNames topics, FoldRules rules, CloudEvent.Mode mode) {
    return settings(topics, rules, mode, Set.of());
  }

  private static TopologySettings settings(
      TopicNames topics, FoldRules rules, CloudEvent.Mode mode, Set<String> acceptedLogs) {
    return new TopologySettings(
        topics,
        new Requests(PROJECT, Set.of(PROJECT, OTHER_PROJECT)),
        rules,
        RETENTION,
        mode,
        acceptedLogs);
  }

  private void start() {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    driver =
        new TopologyTestDriver(
            BridgeTopology.build(
                settings(TOPICS, rules, mode, acceptedLogs), this::find, metrics, this::store),
            config,
            now);
    requests = input(TOPICS.requests());
    observations = input(TOPICS.observations());
  }

  /** Supplies a store that contains the restored entries before any processor starts. */
  private KeyValueBytesStoreSupplier store(String name) {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return new InMemoryKeyValueStore(name) {
          @Override
          public void init(StateStoreContext context, StateStore root) {
            super.init(context, root);
            restored
                .getOrDefault(name, Map.of())
                .forEach((key, value) -> put(Bytes.wrap(key.getBytes(UTF_8)), value));
          }
        };
      }

      @Override
      public String metricsScope() {
        return "in-memory";
      }
    };
  }

  private TopicLookup.Found find(String topic, int partition) {
    return new TopicLookup.Found(
        topicIds.getOrDefault(topic, "first id"), ends.getOrDefault(topic, Long.MAX_VALUE));
  }

  /**
   * Restarts with the contents of the stores only, as after a move to another host. The offsets of
   * the new driver start at 0, so the stored offsets are removed.
   */
  void restart() {
    restart(
        bytes -> {
          forgetOffsets(bytes);
          forgetWatchesOffset(bytes);
        });
  }

  /** Restarts and reads all records again, like a group that has lost its offsets. */
  void restartAndReadAgain() {
    restart(bytes -> {});
  }

  /** Restarts and reads only the watches again. */
  void restartAndReadWatchesAgain() {
    restart(BridgeDriver::forgetOffsets);
  }

  /** Simulates that a topic was deleted and created again. Takes effect at the next restart. */
  void recreate(String topic) {
    topicIds.put(topic, "second id");
  }

  /** Sets the end offset of a topic. Takes effect at the next restart. */
  void cut(String topic, long end) {
    ends.put(topic, end);
  }

  /** Accepts the current observations topic from the next restart on. */
  void acceptLog() {
    acceptedLogs = Set.of(find(TOPICS.observations(), 0).topicId());
  }

  private void restart(Consumer<Map<String, Map<String, byte[]>>> forget) {
    Map<String, Map<String, byte[]>> bytes = new LinkedHashMap<>();
    BridgeTopology.STORES.forEach(store -> bytes.put(store, stored(store)));
    TOPICS.all().forEach(this::read);
    close();
    forget.accept(bytes);
    restored = bytes;
    start();
  }

  private static void forgetOffsets(Map<String, Map<String, byte[]>> bytes) {
    bytes.get(TreeStore.NAME).replaceAll(BridgeDriver::forgetRequest);
    bytes
        .get(IntakeProcessor.STORE)
        .computeIfPresent(
            "#position",
            (key, old) ->
                StoreCodec.encode(LogPosition.before(StoreCodec.position(old).topicId())));
    bytes
        .get(TreeStore.NAME)
        .computeIfPresent(
            "#checkpoint",
            (key, old) -> {
              Checkpoint checkpoint = StoreCodec.checkpoint(old);
              return StoreCodec.encode(
                  new Checkpoint(
                      checkpoint.head(), LogPosition.before(checkpoint.position().topicId())));
            });
  }

  private static void forgetWatchesOffset(Map<String, Map<String, byte[]>> bytes) {
    bytes
        .get(TreeStore.NAME)
        .computeIfPresent(
            "#tables",
            (key, old) -> {
              TableTopics tables = StoreCodec.tables(old);
              return StoreCodec.encode(new TableTopics(tables.watchesId(), -1, tables.statusId()));
            });
  }

  // The next request of this driver can have the same offset as an accepted request.
  private static byte[] forgetRequest(String key, byte[] value) {
    if (!JobId.valid(key)) {
      return value;
    }
    JobTree tree = StoreCodec.tree(value);
    Acceptance known = tree.acceptance();
    Evidence request = known.requestEvidence();
    return StoreCodec.encode(
        new JobTree(
            new Acceptance(
                known.request(),
                new Evidence(request.topic(), 1, request.offset()),
                known.requestedAt(),
                known.elsewhere(),
                known.deadlineAt()),
            tree.sequence(),
            tree.nodes(),
            tree.watches(),
            tree.rootEnd(),
            tree.endedAt(),
            tree.truncated()));
  }

  private Map<String, byte[]> stored(String name) {
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    KeyValueStore<String, byte[]> store = driver.getKeyValueStore(name);
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> next = all.next();
        bytes.put(next.key, next.value);
      }
    }
    return bytes;
  }

  /** The keys of the store. */
  Set<String> storedKeys() {
    return stored(TreeStore.NAME).keySet();
  }

  // ---- input

  void request(String value) {
    request(null, value.getBytes(UTF_8), new RecordHeaders());
  }

  void request(byte[] key, byte[] value, Headers headers) {
    requests.pipeInput(new TestRecord<>(key, value, headers));
  }

  /** Simulates an IMS response to the GET of an open watch. */
  void answer(String watchKey, String body) {
    observe(watchKey, Kind.ANSWER, null, body.getBytes(UTF_8));
  }

  void observe(String watchKey, Kind kind, String fault, byte[] body) {
    observe(
        new Observation(
            watch(watchKey),
            kind,
            now,
            1,
            200,
            "request-id",
            Duration.ofMillis(20),
            fault,
            fault == null ? null : "detail",
            body));
  }

  void observe(Observation observation) {
    ProducerRecord<byte[], byte[]> record = observation.record(TOPICS.observations(), 0);
    observed(record.key(), record.value(), record.headers());
  }

  /** Writes a record to the observations again. */
  void observed(Read read) {
    Headers headers = new RecordHeaders();
    read.headers().forEach((name, value) -> headers.add(name, value.getBytes(UTF_8)));
    observed(read.key().getBytes(UTF_8), read.value(), headers);
  }

  void observed(byte[] key, byte[] value, Headers headers) {
    observed(key, value, headers, now);
  }

  /** Writes a record with the given timestamp to the observations. */
  void observed(byte[] key, byte[] value, Headers headers, Instant time) {
    observations.pipeInput(new TestRecord<>(key, value, headers, time));
  }

  /** Simulates a foreign write to the watches topic. */
  void writeWatch(String key, byte[] value) {
    input(TOPICS.watches()).pipeInput(new TestRecord<>(key.getBytes(UTF_8), value));
  }

  void advance(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  Instant now() {
    return now;
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  // ---- output

  MeterRegistry metrics() {
    return metrics;
  }

  List<Read> transitions() {
    return read(TOPICS.transitions());
  }

  List<Read> completions() {
    return read(TOPICS.completions());
  }

  List<Read> audit() {
    return read(TOPICS.audit());
  }

  List<Read> deadLetters() {
    return read(TOPICS.deadLetters());
  }

  List<Read> status() {
    return read(TOPICS.status());
  }

  List<Read> watches() {
    return read(TOPICS.watches());
  }

  List<Read> observations() {
    return read(TOPICS.observations());
  }

  /** Returns the last value of each key, as after compaction. */
  static Map<String, String> table(List<Read> records) {
    Map<String, String> table = new LinkedHashMap<>();
    for (Read record : records) {
      if (record.value() == null) {
        table.remove(record.key());
      } else {
        table.put(record.key(), record.text());
      }
    }
    return table;
  }

  /** Returns the last watch with a key, even if it was closed since. */
  Watch watch(String key) {
    return watches().stream()
        .filter(record -> record.key().equals(key) && record.value() != null)
        .map(record -> Watches.decode(record.value()).orElseThrow())
        .reduce((older, newer) -> newer)
        .orElseThrow(() -> new AssertionError("never watched: " + key));
  }

  private List<Read> read(String topic) {
    List<Read> all = read.computeIfAbsent(topic, name -> new ArrayList<>());
    TestOutputTopic<byte[], byte[]> output =
        driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    for (TestRecord<byte[], byte[]> record : output.readRecordsToList()) {
      Map<String, String> headers = new LinkedHashMap<>();
      for (Header header : record.headers()) {
        if (headers.put(header.key(), new String(header.value(), UTF_8)) != null) {
          throw new AssertionError("a header twice: " + header);
        }
      }
      String key = record.key() == null ? null : new String(record.key(), UTF_8);
      all.add(new Read(key, record.value(), headers));
    }
    return all;
  }

  @Override
  public void close() {
    if (driver != null) {
      driver.close();
      driver = null;
    }
    stateDirectory.toFile().delete();
  }
}
