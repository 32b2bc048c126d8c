package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** When a completion is delivered, tested with transactions whose markers the test controls. */
@ExtendWith(SharedBroker.Extension.class)
@Timeout(60)
class EventTailIT {
  private static final Duration WAIT = Duration.ofMillis(100);

  private final TestCluster cluster;
  private final EventLayout layout;
  private final String job;
  private final String neighbour;
  private final String other;
  private final List<String> told = new ArrayList<>();
  private KafkaProducer<byte[], byte[]> producer;
  private KafkaConsumer<byte[], byte[]> following;

  EventTailIT(SharedBroker broker) {
    cluster = new TestCluster(broker.bootstrapServers());
    layout = new EventLayout(new TopicNames(broker.newPrefix()), 2, 2);
    job = lyingIn(0, 0);
    neighbour = lyingIn(0, 1);
    other = lyingIn(1, 0);
  }

  private String lyingIn(int partition, int skipped) {
    return Stream.iterate(0, i -> i + 1)
        .map(i -> "job-" + i)
        .filter(id -> layout.transitionsOf(id) == partition)
        .skip(skipped)
        .findFirst()
        .orElseThrow();
  }

  @BeforeEach
  void create() throws Exception {
    cluster.create(layout.topics().transitions(), layout.transitions());
    cluster.create(layout.topics().completions(), layout.completions());
    producer = cluster.producer(Map.of());
  }

  @AfterEach
  void close() {
    producer.close();
    cluster.close();
  }

  private EventTail open() {
    return EventTail.atEnd(layout, this::consumer);
  }

  // One record per poll: a poll that returns a completion does not return the records after it.
  private KafkaConsumer<byte[], byte[]> consumer(IsolationLevel isolation) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            cluster.settings(
                Map.of(
                    ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                    isolation.toString(),
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    false,
                    ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                    1)),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    // The first consumer is the one that reads.
    if (following == null) {
      following = consumer;
    }
    return consumer;
  }

  private void write(KafkaProducer<byte[], byte[]> by, String id, String what) throws Exception {
    boolean completion = what.equals("completed");
    int partition = layout.transitionsOf(id);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            completion ? layout.topics().completions() : layout.topics().transitions(),
            partition,
            id.getBytes(UTF_8),
            "{\"job_id\":\"%s\",\"root_job_id\":\"%s\"}".formatted(id, id).getBytes(UTF_8));
    record.headers().add("ce_type", "dev.imsbridge.job.%s.v1".formatted(what).getBytes(UTF_8));
    by.send(record).get(20, TimeUnit.SECONDS);
  }

  private void next(EventTail tail) {
    tail.next(
        WAIT,
        (event, partition, offset) ->
            told.add(event.jobId() + (event.completion() ? " completed" : " changed")));
  }

  @Test
  void shouldHoldACompletionUntilTheMarkOfItsTransitionsHasCome() throws Exception {
    try (EventTail tail = open();
        KafkaProducer<byte[], byte[]> late =
            cluster.producer(Map.of("transactional.id", layout.topics().prefix()))) {
      late.initTransactions();
      late.beginTransaction();
      write(late, job, "success");
      write(producer, job, "completed");
      int index = layout.completionOf(job);
      Awaitility.await()
          .until(
              () -> {
                next(tail);
                return following.position(layout.partition(index)) == 1;
              });
      next(tail);
      assertThat(told).isEmpty();
      assertThat(tail.position()[index]).isZero();

      late.commitTransaction();

      Awaitility.await()
          .until(
              () -> {
                next(tail);
                return told.size() == 2;
              });
      assertThat(told).containsExactly(job + " changed", job + " completed");
    }
  }

  @Test
  void shouldNotHoldACompletionForWhatComesAfterIt() throws Exception {
    try (EventTail tail = open()) {
      write(producer, job, "success");
      write(producer, job, "completed");
      for (int i = 0; i < 100 && !told.contains(job + " completed"); i++) {
        // More records than one poll reads, so the end is never reached.
        write(producer, neighbour, "running");
        write(producer, other, "running");
        write(producer, other, "completed");
        next(tail);
      }
      assertThat(told).containsSubsequence(job + " changed", job + " completed");
    }
  }

  @Test
  void shouldSayWhenAllThatWasThereHasBeenTold() throws Exception {
    write(producer, job, "success");
    write(producer, job, "completed");
    long[] from = {EventTail.BEGINNING, EventTail.END, EventTail.BEGINNING, EventTail.END};
    try (EventTail tail = EventTail.from(layout, this::consumer, from, gap -> told.add("gap"))) {
      write(producer, other, "running");
      assertThat(tail.caughtUp()).isFalse();
      Awaitility.await()
          .until(
              () -> {
                assertThat(tail.caughtUp()).isEqualTo(told.contains(job + " completed"));
                next(tail);
                return told.size() == 3;
              });
      assertThat(tail.caughtUp()).isTrue();
      assertThat(told)
          .containsExactlyInAnyOrder(job + " changed", job + " completed", other + " changed");
    }
  }
}
