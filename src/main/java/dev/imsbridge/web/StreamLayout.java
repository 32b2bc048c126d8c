package dev.imsbridge.web;

import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions that a stream of events is read from, in the order in which a position names them:
 * those of the transitions, then those of the completions. Immutable.
 */
record StreamLayout(TopicNames topics, int transitions, int completions) {

  int size() {
    return transitions + completions;
  }

  boolean completion(int index) {
    return index >= transitions;
  }

  int index(String topic, int partition) {
    return topic.equals(topics.transitions()) ? partition : transitions + partition;
  }

  TopicPartition partition(int index) {
    return completion(index)
        ? new TopicPartition(topics.completions(), index - transitions)
        : new TopicPartition(topics.transitions(), index);
  }

  List<TopicPartition> partitions() {
    return IntStream.range(0, size()).mapToObj(this::partition).toList();
  }

  /** Where the transitions of that job tree lie. */
  int transitionsOf(String rootJobId) {
    return RootPartition.of(rootJobId, transitions);
  }
}
