package dev.imsbridge.history;

import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions that events are read from, in the order in which a position names them: those of
 * the transitions, then those of the completions. Immutable.
 */
public record EventLayout(TopicNames topics, int transitions, int completions) {

  public int size() {
    return transitions + completions;
  }

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

  /** Where the transitions of that job tree lie. */
  public int transitionsOf(String rootJobId) {
    return RootPartition.of(rootJobId, transitions);
  }

  /** Where the completion of that job tree lies. */
  public int completionOf(String rootJobId) {
    return transitions + RootPartition.of(rootJobId, completions);
  }
}
