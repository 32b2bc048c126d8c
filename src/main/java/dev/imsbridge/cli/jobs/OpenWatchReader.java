package dev.imsbridge.cli.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.TopicReader;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads open watches from their topic on demand. */
record OpenWatchReader(KafkaAccess kafka, TopicNames topics) {

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
    try (TopicReader reader = TopicReader.open(kafka.consumer(TopicReader.CONSUMER), partitions)) {
      while (!reader.done()) {
        for (ConsumerRecord<byte[], byte[]> record : reader.next()) {
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
