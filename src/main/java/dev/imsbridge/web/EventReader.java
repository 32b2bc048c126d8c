package dev.imsbridge.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.history.PublishedEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads transitions and completions from a position on, committed ones only and without a group. A
 * completion comes after the transitions of its tree, although they lie on another topic.
 *
 * <p>Owned by one thread; only {@link #wakeup} is for others. Throws what Kafka's consumer throws,
 * which ends it.
 */
final class EventReader implements AutoCloseable {
  private final StreamLayout layout;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final HeldCompletions held;
  private final long[] next;

  private EventReader(
      StreamLayout layout, StreamConsumers consumers, KafkaConsumer<byte[], byte[]> consumer) {
    this.layout = layout;
    this.consumer = consumer;
    this.held = new HeldCompletions(layout, consumers);
    this.next = new long[layout.size()];
  }

  /** Takes up its position at the end of what is committed now. */
  static EventReader atEnd(StreamLayout layout, StreamConsumers consumers) {
    return open(layout, consumers, reader -> reader.seek(reader.ends()));
  }

  /**
   * Takes up a position.
   *
   * @param from an offset for each partition; what is not there is put right
   * @param correction told of each partition that was put right, before this returns
   */
  static EventReader from(
      StreamLayout layout, StreamConsumers consumers, long[] from, Consumer<Gap> correction) {
    return open(
        layout,
        consumers,
        reader -> {
          Map<TopicPartition, Long> begins = reader.consumer.beginningOffsets(layout.partitions());
          Map<TopicPartition, Long> ends = reader.ends();
          for (int i = 0; i < from.length; i++) {
            TopicPartition partition = layout.partition(i);
            long there = Math.min(Math.max(from[i], begins.get(partition)), ends.get(partition));
            if (there != from[i] && from[i] != StreamPosition.ADDED) {
              correction.accept(new Gap(partition, from[i], there));
            }
            ends.put(partition, there);
          }
          reader.seek(ends);
        });
  }

  /**
   * A partition whose position had to be put right.
   *
   * @param to below {@code from} when the topic ends before the position
   */
  record Gap(TopicPartition partition, long from, long to) {}

  private static EventReader open(
      StreamLayout layout, StreamConsumers consumers, Consumer<EventReader> positioning) {
    EventReader reader = new EventReader(layout, consumers, consumers.committed());
    try {
      reader.consumer.assign(layout.partitions());
      positioning.accept(reader);
      return reader;
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private Map<TopicPartition, Long> ends() {
    return new HashMap<>(consumer.endOffsets(layout.partitions()));
  }

  private void seek(Map<TopicPartition, Long> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          consumer.seek(partition, offset);
          next[layout.index(partition.topic(), partition.partition())] = offset;
        });
  }

  /** Where it stands: nothing before it is still to come, all after it is. A copy. */
  long[] position() {
    return next.clone();
  }

  /** What has come; waits at most so long when there is nothing. */
  List<StreamEvent> next(Duration wait) {
    List<StreamEvent> events = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      int index = layout.index(record.topic(), record.partition());
      if (layout.completion(index)) {
        held.add(index, record);
      } else {
        add(events, index, record);
      }
    }
    for (int i = 0; i < layout.transitions(); i++) {
      next[i] = consumer.position(layout.partition(i));
    }
    held.release(next, (index, record) -> add(events, index, record));
    for (int i = layout.transitions(); i < next.length; i++) {
      next[i] = held.first(i).orElseGet(positionOf(i));
    }
    keepWithinMemory();
    return events;
  }

  private Supplier<Long> positionOf(int index) {
    return () -> consumer.position(layout.partition(index));
  }

  private void add(List<StreamEvent> events, int index, ConsumerRecord<byte[], byte[]> record) {
    next[index] = record.offset() + 1;
    PublishedEvent.read(record)
        .ifPresent(
            event -> {
              if (!layout.completion(index)) {
                held.passed(index, evidence(event));
              }
              events.add(
                  StreamEvent.of(
                      event, index, record.offset(), StreamPosition.encode(layout, next)));
            });
  }

  static HeldCompletions.Evidence evidence(PublishedEvent event) {
    JsonNode evidence = event.data().path("evidence");
    return new HeldCompletions.Evidence(
        evidence.path("partition").asInt(-1), evidence.path("offset").asLong(-1));
  }

  // Completions are few and would run ahead of the transitions they wait for.
  private void keepWithinMemory() {
    Collection<TopicPartition> completions =
        layout.partitions().subList(layout.transitions(), layout.size());
    if (held.full()) {
      consumer.pause(completions);
    } else if (!consumer.paused().isEmpty()) {
      consumer.resume(completions);
    }
  }

  /** Ends a wait in {@link #next} with an exception. */
  void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    held.close();
    consumer.close();
  }
}
