package dev.imsbridge.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobRequest.Correlation;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Uses a separate broker, because the test stops it. */
@Timeout(240)
class TopologyOutageIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Duration OUTAGE = Duration.ofSeconds(30);
  private static final int JOBS = 30;
  private static final TopicNames TOPICS = new TopicNames("t.");

  private final Logger committing =
      (Logger) LoggerFactory.getLogger("org.apache.kafka.streams.processor.internals.TaskExecutor");
  private final ListAppender<ILoggingEvent> timeouts = new ListAppender<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  @BeforeEach
  void listen() {
    timeouts.start();
    committing.addAppender(timeouts);
    committing.setLevel(Level.WARN);
    committing.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    committing.detachAppender(timeouts);
    committing.setAdditive(true);
    committing.setLevel(null);
  }

  /**
   * The outage starts during a transaction, so the producer of each thread fails two calls in a
   * row. With several threads, each fails once within a short time.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void shouldGoOnAfterAnOutageLongerThanItsProducersWait(int threads, @TempDir Path directory) {
    Path data = directory.resolve("kafka");
    EmbeddedKafka kafka = EmbeddedKafka.start(data, 0);
    String servers = kafka.bootstrapServers();
    int port = kafka.port();
    TopologyIT.createTopics(servers, TOPICS, threads);
    Map<String, Object> config = TopologyIT.config(servers, "t.", directory.resolve("state"));
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    config.put(StreamsConfig.producerPrefix("max.block.ms"), 2_000);
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 5_000);
    try (TopologyService service =
        TopologyService.start(
            TopologyIT.settings("t."), config, new SimpleMeterRegistry(), failures::add)) {
      journal(servers, threads, "before-");
      await().atMost(SOON).until(() -> watches(servers, threads, "read_committed").size() == JOBS);
      journal(servers, threads, "during-");
      await()
          .atMost(SOON)
          .until(() -> watches(servers, threads, "read_uncommitted").size() == 2 * JOBS);
      kafka.close();
      // A thread whose producer flushes when the outage starts blocks in that flush instead.
      long begun = System.nanoTime();
      await()
          .atMost(SOON)
          .until(
              () ->
                  timeouts.list.size() >= 2 * threads
                      || System.nanoTime() - begun > OUTAGE.toNanos());

      kafka = EmbeddedKafka.start(data, port);
      request(servers, "after-");
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                assertThat(failures).isEmpty();
                assertThat(watches(servers, threads, "read_committed"))
                    .hasSize(3 * JOBS)
                    .allSatisfy((job, times) -> assertThat(times).as(job).isEqualTo(1));
              });
      await().atMost(SOON).until(service::ready);
    } finally {
      kafka.close();
    }
  }

  /**
   * Writes requests as accepted by the intake. Every partition of the fold receives some at once,
   * so each thread has an open transaction.
   */
  private static void journal(String servers, int partitions, String jobs) {
    write(servers, IntStream.range(0, JOBS).mapToObj(i -> accepted(jobs + i, partitions)).toList());
  }

  private static ProducerRecord<byte[], byte[]> accepted(String job, int partitions) {
    OutputRecord entry =
        LogCodec.encodeRequest(
            new JobRequest(job, BridgeDriver.PROJECT, new TreeMap<>(), null, Correlation.NONE),
            new Evidence(TOPICS.requests(), 0, 0),
            Instant.now());
    return new ProducerRecord<>(
        TOPICS.observations(),
        RootPartition.of(job, partitions),
        entry.key(),
        entry.value(),
        entry.headers());
  }

  private static void request(String servers, String jobs) {
    write(
        servers,
        IntStream.range(0, JOBS)
            .mapToObj(
                i ->
                    new ProducerRecord<byte[], byte[]>(
                        TOPICS.requests(), (jobs + i).getBytes(UTF_8)))
            .toList());
  }

  private static void write(String servers, List<ProducerRecord<byte[], byte[]>> records) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      records.forEach(producer::send);
    }
  }

  /** Returns how often each watch was opened, by key. */
  private static Map<String, Integer> watches(String servers, int partitions, String isolation) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", servers);
    config.put("isolation.level", isolation);
    Map<String, Integer> opened = new TreeMap<>();
    List<TopicPartition> all =
        IntStream.range(0, partitions)
            .mapToObj(i -> new TopicPartition(TOPICS.watches(), i))
            .toList();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(record -> opened.merge(new String(record.key(), UTF_8), 1, Integer::sum));
      }
    }
    return opened;
  }
}
