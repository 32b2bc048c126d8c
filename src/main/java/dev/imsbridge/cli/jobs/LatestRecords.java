package dev.imsbridge.cli.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.TopicReader;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.wire.RootPartition;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the latest records of root jobs from a compacted topic on demand. */
record LatestRecords(KafkaAccess kafka, String topic) {

  /** Returns the records of those jobs that have one, by job id. Reads all of their partitions. */
  Map<String, ConsumerRecord<byte[], byte[]>> of(Collection<String> rootJobIds)
      throws InterruptedException {
    Map<String, ConsumerRecord<byte[], byte[]>> latest = new HashMap<>();
    if (rootJobIds.isEmpty()) {
      return latest;
    }
    int width = kafka.partitions(List.of(topic)).size();
    List<TopicPartition> partitions =
        rootJobIds.stream()
            .map(id -> new TopicPartition(topic, RootPartition.of(id, width)))
            .distinct()
            .toList();
    try (TopicReader reader = TopicReader.open(kafka.consumer(TopicReader.CONSUMER), partitions)) {
      while (!reader.done()) {
        for (ConsumerRecord<byte[], byte[]> record : reader.next()) {
          String key = record.key() == null ? "" : new String(record.key(), UTF_8);
          if (record.value() == null) {
            latest.remove(key);
          } else if (rootJobIds.contains(key)) {
            latest.put(key, record);
          }
        }
      }
    }
    return latest;
  }
}
