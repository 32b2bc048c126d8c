package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The table of what is watched at present, read from its topic when it is asked. */
final class WatchTable {
  private static final Duration WAIT = Duration.ofMillis(250);

  private final KafkaAccess kafka;
  private final TopicNames topics;

  WatchTable(KafkaAccess kafka, TopicNames topics) {
    this.kafka = kafka;
    this.topics = topics;
  }

  /** Whether a root job is watched: reads all of its partition. */
  boolean holds(String rootJobId) throws InterruptedException {
    int width = kafka.partitions(List.of(topics.watches())).size();
    TopicPartition partition =
        new TopicPartition(topics.watches(), RootPartition.of(rootJobId, width));
    byte[] key = rootJobId.getBytes(UTF_8);
    boolean watched = false;
    try (KafkaConsumer<byte[], byte[]> consumer = kafka.consumer()) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
          if (Arrays.equals(key, record.key())) {
            watched = record.value() != null;
          }
        }
      }
    }
    return watched;
  }
}
