package dev.imsbridge.topology;

import dev.imsbridge.wire.TopicNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;

/**
 * Determines which partitions this instance processes, and its progress on each. Thread-safe.
 *
 * <p>Kafka Streams holds the committed offsets in memory. Its end offsets are those of the last
 * fetch and may be outdated, so one request asks Kafka for the current ends.
 */
final class InputPartitions {
  private final KafkaStreams streams;
  private final StateCopies copies;
  private final Function<Collection<TopicPartition>, Map<TopicPartition, Long>> ends;
  private final TopicNames topics;

  /**
   * @param ends returns the ends of partitions; an unknown end is absent
   */
  InputPartitions(
      KafkaStreams streams,
      StateCopies copies,
      Function<Collection<TopicPartition>, Map<TopicPartition, Long>> ends,
      TopicNames topics) {
    this.streams = streams;
    this.copies = copies;
    this.ends = ends;
    this.topics = topics;
  }

  /** Returns a view of each partition. Empty unless the topology is running or rebalancing. */
  List<PartitionView> now() {
    if (!streams.state().isRunningOrRebalancing()) {
      return List.of();
    }
    Map<TopicPartition, Long> committed = new HashMap<>();
    List<TopicPartition> standbys = new ArrayList<>();
    for (ThreadMetadata thread : streams.metadataForLocalThreads()) {
      for (TaskMetadata task : thread.activeTasks()) {
        task.topicPartitions()
            .forEach(each -> committed.put(each, task.committedOffsets().getOrDefault(each, -1L)));
      }
      // Observations and watches share one state, so its copy is shown for observations only.
      thread.standbyTasks().stream()
          .flatMap(task -> task.topicPartitions().stream())
          .filter(each -> !each.topic().equals(topics.watches()))
          .forEach(standbys::add);
    }
    // Read after the committed offsets, because an earlier end could be smaller than they are.
    Map<TopicPartition, Long> found =
        committed.isEmpty() ? Map.of() : ends.apply(committed.keySet());
    List<PartitionView> views = new ArrayList<>();
    committed.forEach(
        (each, offset) ->
            views.add(view(each, false, offset < 0 ? null : offset, found.get(each))));
    standbys.forEach(each -> views.add(view(each, true, null, null)));
    return views;
  }

  private PartitionView view(TopicPartition input, boolean standby, Long offset, Long end) {
    String store = input.topic().equals(topics.requests()) ? IntakeProcessor.STORE : TreeStore.NAME;
    return new PartitionView(
        input.topic(),
        input.partition(),
        standby,
        offset,
        end,
        copies.of(store, input.partition(), standby));
  }
}
