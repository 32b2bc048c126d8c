package dev.imsbridge.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics with {@code read_committed}, without the code of the bridge. */
final class CommittedRecords {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private CommittedRecords() {}

  /** Thrown if a transaction stays open, which blocks all {@code read_committed} readers. */
  static final class OpenTransactionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OpenTransactionException(String message) {
      super(message);
    }
  }

  static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers, String isolation) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "isolation.level",
            isolation,
            "enable.auto.commit",
            "false",
            "allow.auto.create.topics",
            "false",
            "auto.offset.reset",
            "earliest",
            "fetch.max.wait.ms",
            "50"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /**
   * Reads all records of a topic up to its present end. Those of a partition are in order.
   *
   * @throws OpenTransactionException if a transaction does not end within 90 s
   */
  static List<ConsumerRecord<byte[], byte[]>> read(String bootstrapServers, String topic) {
    Map<TopicPartition, Long> ends = ends(bootstrapServers, topic);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers, "read_committed")) {
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      long until = System.nanoTime() + PATIENCE.toNanos();
      while (true) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
        Map<TopicPartition, Long> missing = new HashMap<>(ends);
        missing.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
        if (missing.isEmpty()) {
          return records;
        }
        if (System.nanoTime() - until > 0) {
          throw new OpenTransactionException("not readable to the end: " + missing);
        }
      }
    }
  }

  /** Writes all records of a topic to a file, one per line, with at most 300 bytes of the value. */
  static void dump(String bootstrapServers, String topic, Path file) throws IOException {
    try (PrintWriter lines = new PrintWriter(Files.newBufferedWriter(file))) {
      for (ConsumerRecord<byte[], byte[]> record : read(bootstrapServers, topic)) {
        StringBuilder headers = new StringBuilder();
        record
            .headers()
            .forEach(
                header ->
                    headers
                        .append(header.key())
                        .append('=')
                        .append(text(header.value()))
                        .append(' '));
        lines.println(
            record.partition()
                + "/"
                + record.offset()
                + " "
                + Instant.ofEpochMilli(record.timestamp())
                + " "
                + text(record.key())
                + " "
                + text(record.value())
                + " "
                + headers);
      }
    }
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "null" : new String(bytes, 0, Math.min(300, bytes.length), UTF_8);
  }

  private static Map<TopicPartition, Long> ends(String bootstrapServers, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers, "read_uncommitted")) {
      return consumer.endOffsets(partitions(consumer, topic));
    }
  }

  static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }
}
