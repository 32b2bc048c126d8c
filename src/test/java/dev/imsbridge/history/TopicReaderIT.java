package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.imsbridge.embedded.SharedBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The possible ends of a partition, and changes to it during a read. */
@ExtendWith(SharedBroker.Extension.class)
class TopicReaderIT {
  private final String topic;
  private final TestCluster cluster;

  TopicReaderIT(SharedBroker broker) {
    cluster = new TestCluster(broker.bootstrapServers());
    topic = broker.newPrefix() + "read";
  }

  @BeforeEach
  void create() throws Exception {
    cluster.create(topic, 3);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private TopicPartition at(int partition) {
    return new TopicPartition(topic, partition);
  }

  private TopicReader open() {
    return TopicReader.open(cluster.consumer(), List.of(at(0), at(1), at(2)));
  }

  private void write(KafkaProducer<byte[], byte[]> producer, int partition, int from, int to) {
    for (int i = from; i < to; i++) {
      var unused =
          producer.send(
              new ProducerRecord<>(
                  topic, partition, 1_000_000L + i, null, String.valueOf(i).getBytes(UTF_8)));
    }
    producer.flush();
  }

  private void write(int partition, int from, int to) {
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      write(producer, partition, from, to);
    }
  }

  private static List<String> all(TopicReader reader) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          List<String> values = new ArrayList<>();
          while (!reader.done()) {
            for (ConsumerRecord<byte[], byte[]> record : reader.next()) {
              values.add(new String(record.value(), UTF_8));
            }
          }
          return values;
        });
  }

  @Test
  void shouldReadAllThatIsThereAndNotWhatComesMeanwhile() {
    write(0, 0, 3);
    write(1, 10, 12);
    try (TopicReader reader = open()) {
      write(0, 3, 9);
      assertThat(all(reader)).containsExactlyInAnyOrder("0", "1", "2", "10", "11");
      assertThat(reader.progress()).isEqualTo(new TopicReader.Progress(5, 5));
    }
  }

  @Test
  void shouldBeDoneAtOnceWithNothingToRead() {
    try (TopicReader reader = open()) {
      assertThat(reader.done()).isTrue();
      assertThat(reader.next()).isEmpty();
    }
  }

  /** The last offsets belong to aborted records and transaction markers. */
  @Test
  void shouldEndBehindAbortedTransactionsAndNotWaitForOpenOnes() {
    Map<String, Object> transactional = Map.of("transactional.id", topic);
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(transactional);
        KafkaProducer<byte[], byte[]> other =
            cluster.producer(Map.of("transactional.id", topic + "2"))) {
      producer.initTransactions();
      producer.beginTransaction();
      write(producer, 0, 0, 2);
      producer.commitTransaction();
      producer.beginTransaction();
      write(producer, 0, 2, 5);
      write(producer, 1, 5, 7);
      producer.abortTransaction();
      other.initTransactions();
      other.beginTransaction();
      write(other, 2, 7, 9);
      try (TopicReader reader = open()) {
        assertThat(all(reader)).containsExactly("0", "1");
        assertThat(reader.end(at(0))).isEqualTo(7);
        assertThat(reader.end(at(2))).isZero();
      }
      other.abortTransaction();
    }
  }

  @Test
  void shouldBeginWhereTheLogBegins() throws Exception {
    write(0, 0, 6);
    cluster.admin().deleteRecords(Map.of(at(0), RecordsToDelete.beforeOffset(4))).all().get();
    try (TopicReader reader = open()) {
      reader.from(at(0), 1);
      assertThat(reader.begin(at(0))).isEqualTo(4);
      assertThat(all(reader)).containsExactly("4", "5");
    }
  }

  @Test
  void shouldPassOverWhatIsDeletedWhileItReads() throws Exception {
    write(0, 0, 6);
    write(1, 10, 14);
    try (TopicReader reader = open()) {
      cluster
          .admin()
          .deleteRecords(
              Map.of(
                  at(0), RecordsToDelete.beforeOffset(5), at(1), RecordsToDelete.beforeOffset(4)))
          .all()
          .get();
      assertThat(all(reader)).containsExactly("5");
    }
  }

  @Test
  void shouldEndWhenTheTopicIsMadeAnewWhileItReads() throws Exception {
    write(0, 0, 6);
    try (TopicReader reader = open()) {
      cluster.admin().deleteTopics(List.of(topic)).all().get();
      cluster.create(topic, 3);
      assertThat(all(reader)).hasSizeBetween(0, 6);
    }
  }

  @Test
  void shouldBeginAtATimeAndLeaveWhatItIsToldTo() {
    write(0, 0, 6);
    write(1, 10, 13);
    write(2, 20, 25);
    try (TopicReader reader = open()) {
      reader.from(Instant.ofEpochMilli(1_000_004), List.of(at(0), at(1)));
      reader.leave(at(2));
      assertThat(all(reader)).containsExactlyInAnyOrder("4", "5", "10", "11", "12");
      reader.from(Instant.ofEpochMilli(2_000_000), List.of(at(0)));
      assertThat(reader.done()).isTrue();
      reader.from(at(2), 4);
      assertThat(all(reader)).containsExactly("24");
    }
  }

  @Test
  void shouldSayThatThereIsNoSuchTopic() {
    try (var consumer = cluster.consumer()) {
      assertThat(TopicReader.partitions(consumer, topic)).hasSize(3);
      assertThatThrownBy(() -> TopicReader.partitions(consumer, topic + "-not"))
          .isInstanceOf(UnknownTopicOrPartitionException.class)
          .hasMessageContaining(topic + "-not");
    }
  }
}
