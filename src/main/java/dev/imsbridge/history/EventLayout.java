package dev.imsbridge.history;

import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * The order of the partitions in a position: all partitions of the transitions topic, then all
 * partitions of the completions topic. An index is a place in this order. Immutable.
 *
 * @param topics the names of the topics
 * @param transitions the number of partitions of the transitions topic
 * @param completions the number of partitions of the completions topic
 */
public record EventLayout(TopicNames topics, int transitions, int completions) {

  public int size() {
    return transitions + completions;
  }

  /** Whether the partition at the index is one of the completions topic. */
  public boolean completion(int index) {
    return index >= transitions;
  }

  int index(String topic, int partition) {
    return topic.equals(topics.transitions()) ? partition : transitions + partition;
  }

  public TopicPartition partition(int index) {
    return completion(index)
        ? new TopicPartition(topics.completions(), index - transitions)
        : new TopicPartition(topics.transitions(), index);
  }

  public List<TopicPartition> partitions() {
    return IntStream.range(0, size()).mapToObj(this::partition).toList();
  }

  /** The index of the partition with the transitions of a job tree. */
  int transitionsOf(String rootJobId) {
    return RootPartition.of(rootJobId, transitions);
  }

  /** The index of the partition with the completions of a job tree. */
  public int completionOf(String rootJobId) {
    return transitions + RootPartition.of(rootJobId, completions);
  }
}
