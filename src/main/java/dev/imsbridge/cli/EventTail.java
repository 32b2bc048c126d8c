package dev.imsbridge.cli;

import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows transitions and completions, committed ones only, without a group. A completion comes
 * after the transitions that were published before it, although they lie on another topic.
 *
 * <p>Owned by one thread.
 */
final class EventTail implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String completions;
  private final List<TopicPartition> transitions;
  private final Map<TopicPartition, Long> past;
  private final List<PublishedEvent> held = new ArrayList<>();
  private final Map<TopicPartition, Long> awaited = new HashMap<>();

  private EventTail(
      KafkaConsumer<byte[], byte[]> consumer,
      String completions,
      List<TopicPartition> transitions,
      Map<TopicPartition, Long> past) {
    this.consumer = consumer;
    this.completions = completions;
    this.transitions = transitions;
    this.past = past;
  }

  /**
   * Takes up its position.
   *
   * @param fromBeginning whether to read all that is kept, or only what comes from now on
   * @param past root jobs whose completions are read even so, from the beginning
   */
  static EventTail open(
      KafkaAccess kafka, TopicNames topics, boolean fromBeginning, Collection<String> past)
      throws InterruptedException {
    List<TopicPartition> partitions =
        kafka.partitions(List.of(topics.transitions(), topics.completions()));
    KafkaConsumer<byte[], byte[]> consumer = kafka.consumer();
    try {
      consumer.assign(partitions);
      List<TopicPartition> fromStart = new ArrayList<>();
      List<TopicPartition> fromNow = new ArrayList<>();
      long width = partitions.stream().filter(of(topics.completions())).count();
      for (TopicPartition partition : partitions) {
        boolean holdsPast =
            partition.topic().equals(topics.completions())
                && past.stream()
                    .anyMatch(id -> RootPartition.of(id, (int) width) == partition.partition());
        (fromBeginning || holdsPast ? fromStart : fromNow).add(partition);
      }
      seek(consumer, fromStart, fromNow);
      return new EventTail(
          consumer,
          topics.completions(),
          partitions.stream().filter(of(topics.transitions())).toList(),
          consumer.endOffsets(fromStart));
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  private static java.util.function.Predicate<TopicPartition> of(String topic) {
    return partition -> partition.topic().equals(topic);
  }

  // The offsets are asked for now, not at the first poll: "from now on" means from this call.
  private static void seek(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> fromStart,
      List<TopicPartition> fromNow) {
    consumer.beginningOffsets(fromStart).forEach(consumer::seek);
    consumer.endOffsets(fromNow).forEach(consumer::seek);
  }

  /** What has come; waits at most so long when there is nothing. */
  List<PublishedEvent> next(Duration wait) {
    List<PublishedEvent> events = new ArrayList<>();
    boolean more = false;
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      boolean completion = record.topic().equals(completions);
      more |= completion;
      PublishedEvent.read(record).ifPresent(completion ? held::add : events::add);
    }
    if (more) {
      awaited.putAll(consumer.endOffsets(transitions));
    }
    if (!held.isEmpty() && awaited.entrySet().stream().allMatch(this::passed)) {
      events.addAll(held);
      held.clear();
    }
    return events;
  }

  /** Whether all that had happened when the position was taken up has been told. */
  boolean caughtUp() {
    return held.isEmpty() && past.entrySet().stream().allMatch(this::passed);
  }

  private boolean passed(Map.Entry<TopicPartition, Long> end) {
    return consumer.position(end.getKey()) >= end.getValue();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
