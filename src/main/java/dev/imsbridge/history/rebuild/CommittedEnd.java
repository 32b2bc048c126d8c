package dev.imsbridge.history.rebuild;

import dev.imsbridge.history.OpenTransactions;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
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
    OpenTransactions.awaitEnd(admin, outputs, clock);
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
    return OpenTransactions.get(
            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .entrySet()
        .stream()
        .filter(each -> each.getValue() != null)
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().offset()));
  }
}
