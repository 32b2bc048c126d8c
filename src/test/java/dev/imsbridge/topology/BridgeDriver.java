package dev.imsbridge.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.Observation;
import dev.imsbridge.wire.Observation.Kind;
import dev.imsbridge.wire.Requests;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The topology without a broker: requests and observations in, and every output topic as a consumer
 * would have read it so far. Its clock stands still unless it is moved.
 */
final class BridgeDriver implements AutoCloseable {
  static final TopicNames TOPICS = new TopicNames("ims.jobs.");
  static final ProjectRef PROJECT = new ProjectRef("cn-north-4", "project");
  static final Instant BEGIN = Instant.parse("2024-11-06T06:00:00Z");
  static final Duration RETENTION = Duration.ofDays(7);

  /** A record as a consumer sees it. */
  record Read(String key, byte[] value, Map<String, String> headers) {
    String text() {
      return value == null ? null : new String(value, UTF_8);
    }
  }

  private final FoldRules rules;
  private final CloudEvent.Mode mode;
  private final Map<String, List<Read>> read = new LinkedHashMap<>();
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
    return new TopologySettings(
        topics, new Requests(PROJECT, Set.of(PROJECT)), rules, RETENTION, mode);
  }

  private void start() {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    driver =
        new TopologyTestDriver(
            BridgeTopology.build(settings(TOPICS, rules, mode), metrics), config, now);
    requests = input(TOPICS.requests());
    observations = input(TOPICS.observations());
  }

  /** Starts anew with the bytes of the store and nothing else, as after a move to another host. */
  void restart() {
    Map<String, byte[]> bytes = stored();
    TOPICS.all().forEach(this::read);
    driver.close();
    start();
    KeyValueStore<String, byte[]> fresh = driver.getKeyValueStore(BridgeTopology.STORE);
    bytes.forEach(fresh::put);
  }

  private Map<String, byte[]> stored() {
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    KeyValueStore<String, byte[]> store = driver.getKeyValueStore(BridgeTopology.STORE);
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
    return stored().keySet();
  }

  // ---- in

  void request(String value) {
    request(null, value.getBytes(UTF_8), new RecordHeaders());
  }

  void request(byte[] key, byte[] value, Headers headers) {
    requests.pipeInput(new TestRecord<>(key, value, headers));
  }

  /** IMS answers the GET of an open watch. */
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

  void observed(byte[] key, byte[] value, Headers headers) {
    observed(key, value, headers, now);
  }

  /** A record with a time of its own. */
  void observed(byte[] key, byte[] value, Headers headers, Instant time) {
    observations.pipeInput(new TestRecord<>(key, value, headers, time));
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

  // ---- out

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

  /** The topic as compaction leaves it. */
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

  /** The watch that stands under a key, or stood there last. */
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
    driver.close();
    stateDirectory.toFile().delete();
  }
}
