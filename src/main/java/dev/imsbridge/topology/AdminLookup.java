package dev.imsbridge.topology;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Looks up topics with an admin client. Thread-safe. Each call blocks for at most the timeout of
 * the admin client.
 */
final class AdminLookup implements TopicLookup, AutoCloseable {
  private static final long ENDS_MILLIS = 1_000;

  private final Admin admin;

  /**
   * @param settings the settings of the admin client
   */
  AdminLookup(Map<String, Object> settings) {
    admin = Admin.create(settings);
  }

  @Override
  public Found find(String topic, int partition) {
    TopicPartition at = new TopicPartition(topic, partition);
    var description = admin.describeTopics(List.of(topic)).topicNameValues().get(topic);
    var end = admin.listOffsets(Map.of(at, OffsetSpec.latest())).partitionResult(at);
    return new Found(get(description).topicId().toString(), get(end).offset());
  }

  /**
   * Returns the last stable offset of each partition, which is its end for a {@code read_committed}
   * consumer. Returns an empty map if Kafka does not answer within 1 s.
   */
  Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partitions.forEach(each -> latest.put(each, OffsetSpec.latest()));
    try {
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin
          .listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .get(ENDS_MILLIS, TimeUnit.MILLISECONDS)
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      return ends;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Map.of();
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      return Map.of();
    }
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
