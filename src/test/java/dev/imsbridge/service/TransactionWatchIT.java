package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.embedded.EmbeddedKafka;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.coordinator.transaction.TransactionLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka can lose the end of a transaction (seed 1015 in docs/reliability.md). Consumers then wait
 * for ever, and their lag is 0. Uses its own broker, because the test makes it forget a
 * transaction.
 */
@Timeout(120)
class TransactionWatchIT {
  private static final String TOPIC = "ims.jobs.observations";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final String STATE = "__transaction_state";
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final byte[] VALUE = {1};

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final MeterRegistry metrics = new SimpleMeterRegistry();

  private static KafkaAccess access(EmbeddedKafka kafka) {
    return KafkaAccess.of(config(kafka));
  }

  private static BridgeConfig config(EmbeddedKafka kafka) {
    return BridgeConfig.load(
        null, Map.of(), List.of(Keys.KAFKA_BOOTSTRAP + "=" + kafka.bootstrapServers()));
  }

  private static KafkaProducer<byte[], byte[]> producer(
      EmbeddedKafka kafka, Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static KafkaProducer<byte[], byte[]> inTransaction(EmbeddedKafka kafka) {
    KafkaProducer<byte[], byte[]> producer = producer(kafka, Map.of("transactional.id", "lost"));
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(TOPIC, VALUE));
    producer.flush();
    return producer;
  }

  /** Removes the transaction from the log of its coordinator, which reads it at the next start. */
  private static void forget(EmbeddedKafka kafka) {
    byte[] key = TransactionLog.keyToBytes("lost");
    // Kafka takes records for its own topics from this client only.
    try (KafkaProducer<byte[], byte[]> admin =
        producer(kafka, Map.of("client.id", "__admin_client"))) {
      for (int partition = 0; partition < admin.partitionsFor(STATE).size(); partition++) {
        admin.send(new ProducerRecord<>(STATE, partition, key, null));
      }
    }
  }

  private Finding check(EmbeddedKafka kafka, Duration patience) throws InterruptedException {
    try (Admin admin = access(kafka).admin()) {
      return new TransactionCheck(access(kafka), config(kafka)).check(admin, patience);
    }
  }

  private double late() {
    return metrics.get("imsbridge.transactions.late").gauge().value();
  }

  @Test
  void shouldNameATransactionThatKafkaDoesNotEndUntilItIsEnded(@TempDir Path directory)
      throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0);
    try (Admin admin = access(kafka).admin()) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
      assertThat(check(kafka, SOON)).isEqualTo(Finding.ok("transactions", "none stays open"));
      try (KafkaProducer<byte[], byte[]> producer = inTransaction(kafka)) {
        CompletableFuture<Finding> waiting =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return check(kafka, SOON);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
        producer.commitTransaction();
        assertThat(waiting.get().level()).isEqualTo(Finding.Level.OK);
      }
      inTransaction(kafka).close(Duration.ZERO);
      forget(kafka);
    }
    int port = kafka.port();
    kafka.close();

    EmbeddedKafka again = EmbeddedKafka.start(directory, port);
    try (Admin admin = access(again).admin();
        TransactionWatch watch =
            new TransactionWatch(
                access(again),
                Set.of(TOPIC, "missing"),
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                metrics,
                told::add)) {
      await().atMost(SOON).until(() -> late() == 1);
      assertThat(told)
          .singleElement()
          .asString()
          .startsWith("a transaction on " + PARTITION + " is open since offset 2, producer id ");
      Finding finding = check(again, Duration.ofSeconds(1));
      assertThat(finding.level()).isEqualTo(Finding.Level.FAIL);
      assertThat(finding.cure())
          .contains(
              "kafka-transactions.sh --bootstrap-server %s abort --topic %s --partition 0 --start-offset 2"
                  .formatted(again.bootstrapServers(), TOPIC));

      ProducerState producer =
          admin
              .describeProducers(Set.of(PARTITION))
              .partitionResult(PARTITION)
              .get()
              .activeProducers()
              .stream()
              .filter(each -> each.currentTransactionStartOffset().isPresent())
              .findFirst()
              .orElseThrow();
      admin
          .abortTransaction(
              new AbortTransactionSpec(
                  PARTITION,
                  producer.producerId(),
                  (short) producer.producerEpoch(),
                  producer.coordinatorEpoch().orElse(0)))
          .all()
          .get();

      await().atMost(SOON).until(() -> late() == 0);
      assertThat(check(again, SOON).level()).isEqualTo(Finding.Level.OK);
      assertThat(told).hasSize(1);
    } finally {
      again.close();
    }
  }
}
