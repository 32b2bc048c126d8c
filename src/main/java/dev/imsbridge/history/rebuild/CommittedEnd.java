package dev.imsbridge.history.rebuild;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The progress of the running bridge. It keeps the comparison from reporting unprocessed inputs as
 * missing, and outputs written in the meantime as extra.
 *
 * <p>Outputs and the offset of their input are committed in one transaction, but its markers reach
 * each partition separately. The steps are therefore: read the offsets of the group; read the ends
 * of the output topics, including open transactions; wait until every transaction below these ends
 * is complete. All outputs of inputs before the group's offsets are then visible to a
 * read_committed consumer. Open the inputs after that, so that they contain every input of the
 * published outputs.
 */
final class CommittedEnd {
  // The broker aborts the transaction of a dead producer, by default within 60 s.
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int PAUSE_MS = 50;

  private final Map<TopicPartition, Long> committed;

  private CommittedEnd(Map<TopicPartition, Long> committed) {
    this.committed = committed;
  }

  /**
   * Waits until the outputs of all inputs committed by the group are readable. Blocks for at most
   * about 90 s.
   *
   * @param group the consumer group of the topology
   * @param outputs the partitions of its output topics
   * @throws TimeoutException if a transaction stays open
   */
  static CommittedEnd await(
      Admin admin, String group, Collection<TopicPartition> outputs, InstantSource clock) {
    Map<TopicPartition, Long> committed = committed(admin, group);
    Map<TopicPartition, Long> ends = ends(admin, outputs, IsolationLevel.READ_UNCOMMITTED);
    Instant until = clock.instant().plus(PATIENCE);
    while (!behind(ends, ends(admin, outputs, IsolationLevel.READ_COMMITTED))) {
      if (clock.instant().isAfter(until)) {
        throw new TimeoutException(
            "a transaction on the bridge's topics stays open; is a bridge hanging?");
      }
      pause();
    }
    return new CommittedEnd(committed);
  }

  /** Whether the outputs of an input must already be published. */
  boolean due(TopicPartition observations, long offset) {
    return offset < committed.getOrDefault(observations, 0L);
  }

  /** Whether the group has a committed offset for the partition. */
  boolean known(TopicPartition observations) {
    return committed.containsKey(observations);
  }

  private static Map<TopicPartition, Long> committed(Admin admin, String group) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                offsets.put(partition, offset.offset());
              }
            });
    return offsets;
  }

  private static Map<TopicPartition, Long> ends(
      Admin admin, Collection<TopicPartition> partitions, IsolationLevel level) {
    Map<TopicPartition, OffsetSpec> wanted =
        partitions.stream().collect(toMap(identity(), partition -> OffsetSpec.latest()));
    return get(admin.listOffsets(wanted, new ListOffsetsOptions(level)).all()).entrySet().stream()
        .collect(toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  private static boolean behind(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> stable) {
    return ends.entrySet().stream().allMatch(end -> stable.get(end.getKey()) >= end.getValue());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    }
  }
}
