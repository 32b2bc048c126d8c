package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads open watches from their topic on demand. */
final class WatchTable {
  private static final Duration WAIT = Duration.ofMillis(250);

  private final KafkaAccess kafka;
  private final TopicNames topics;

  WatchTable(KafkaAccess kafka, TopicNames topics) {
    this.kafka = kafka;
    this.topics = topics;
  }

  /** Returns the given root jobs that have an open watch. Reads all of their partitions. */
  Set<String> among(Collection<String> rootJobIds) throws InterruptedException {
    Set<String> watched = new HashSet<>();
    if (rootJobIds.isEmpty()) {
      return watched;
    }
    int width = kafka.partitions(List.of(topics.watches())).size();
    List<TopicPartition> partitions =
        rootJobIds.stream()
            .map(id -> new TopicPartition(topics.watches(), RootPartition.of(id, width)))
            .distinct()
            .toList();
    try (KafkaConsumer<byte[], byte[]> consumer = kafka.consumer()) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
          String key = record.key() == null ? "" : new String(record.key(), UTF_8);
          if (record.value() == null) {
            watched.remove(key);
          } else if (rootJobIds.contains(key)) {
            watched.add(key);
          }
        }
      }
    }
    return watched;
  }
}
