package dev.imsbridge.history;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * How far the running bridge has come, so that neither what it has not done yet counts as missing
 * nor what it is doing meanwhile as one too many.
 *
 * <p>Outputs and the offset of the input they follow from are committed in one transaction, but the
 * marks that end it reach each partition on their own. So: the group's offsets are taken first;
 * then the ends of the topics, open transactions included, which hold all that follows from inputs
 * before these offsets; and when every transaction below these ends is over, a reader that takes
 * only what is committed sees it. Whoever opens the inputs after that finds every input of what is
 * published.
 */
final class Horizon {
  // A transaction whose producer died is ended by the broker, by default within a minute.
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int PAUSE_MS = 50;

  private final Map<TopicPartition, Long> committed;

  private Horizon(Map<TopicPartition, Long> committed) {
    this.committed = committed;
  }

  /**
   * Waits until the outputs of all that the group has committed can be read.
   *
   * @param group the topology's
   * @param outputs partitions of the topics it writes
   * @throws TimeoutException when a transaction stays open
   */
  static Horizon await(
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
    return new Horizon(committed);
  }

  /** Whether what follows from that input must have been published. */
  boolean due(TopicPartition observations, long offset) {
    return offset < committed.getOrDefault(observations, 0L);
  }

  /** Whether the group has committed anything for the partition. */
  boolean known(TopicPartition observations) {
    return committed.containsKey(observations);
  }

  private static Map<TopicPartition, Long> committed(Admin admin, String group) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    get(admin
            .listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec()))
            .partitionsToOffsetAndMetadata(group))
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
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    partitions.forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
    Map<TopicPartition, ListOffsetsResultInfo> found =
        get(admin.listOffsets(wanted, new ListOffsetsOptions(level)).all());
    Map<TopicPartition, Long> ends = new HashMap<>();
    found.forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private static boolean behind(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> stable) {
    return ends.entrySet().stream().allMatch(end -> stable.get(end.getKey()) >= end.getValue());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new org.apache.kafka.common.errors.InterruptException(e);
    }
  }

  private static <T> T get(org.apache.kafka.common.KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new org.apache.kafka.common.errors.InterruptException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    }
  }
}
