package dev.imsbridge.history;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads transitions and completions from a position on. Reads only committed events and uses no
 * consumer group. A completion is delivered after the transitions of its tree, although they are on
 * different topics.
 *
 * <p>Owned by one thread, except for {@link #wakeup}. Throws the exceptions of the Kafka consumer;
 * after one, the tail is unusable.
 */
public final class EventTail implements AutoCloseable {
  /** In place of an offset: the first retained event. */
  public static final long BEGINNING = -1;

  /** In place of an offset: the current end. */
  public static final long END = Long.MAX_VALUE;

  /** Creates consumers without a group. */
  public interface Consumers {
    KafkaConsumer<byte[], byte[]> open(IsolationLevel isolation);
  }

  /** Receives the events. */
  public interface Sink {
    /**
     * @param event the event
     * @param partition the index of its partition in the {@link EventLayout}
     * @param offset the offset of its record
     */
    void add(PublishedEvent event, int partition, long offset);
  }

  private final EventLayout layout;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final HeldCompletions held;
  private final long[] next;
  private final long[] targets;

  private EventTail(
      EventLayout layout, Consumers consumers, KafkaConsumer<byte[], byte[]> consumer) {
    this.layout = layout;
    this.consumer = consumer;
    this.held = new HeldCompletions(layout, consumers);
    this.next = new long[layout.size()];
    this.targets = new long[layout.size()];
  }

  /** Starts at the current end of the committed events. */
  public static EventTail atEnd(EventLayout layout, Consumers consumers) {
    long[] ends = new long[layout.size()];
    Arrays.fill(ends, END);
    return from(layout, consumers, ends, gap -> {});
  }

  /**
   * Starts at a position.
   *
   * @param from an offset, {@link #BEGINNING} or {@link #END} for each partition; offsets out of
   *     range are corrected
   * @param correction receives each corrected partition before this method returns
   */
  public static EventTail from(
      EventLayout layout, Consumers consumers, long[] from, Consumer<Gap> correction) {
    EventTail tail =
        new EventTail(layout, consumers, consumers.open(IsolationLevel.READ_COMMITTED));
    try {
      tail.consumer.assign(layout.partitions());
      tail.seek(from, correction);
      return tail;
    } catch (RuntimeException e) {
      tail.close();
      throw e;
    }
  }

  /**
   * A partition whose offset was out of range.
   *
   * @param from the requested offset
   * @param to the corrected offset; below {@code from} if the topic ends before it
   */
  public record Gap(TopicPartition partition, long from, long to) {}

  // Offsets are resolved now and not at the first poll, because END means the end at this call.
  private void seek(long[] from, Consumer<Gap> correction) {
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(layout.partitions());
    Map<TopicPartition, Long> ends = consumer.endOffsets(layout.partitions());
    for (int i = 0; i < from.length; i++) {
      TopicPartition partition = layout.partition(i);
      targets[i] = ends.get(partition);
      next[i] = Math.min(Math.max(from[i], begins.get(partition)), targets[i]);
      consumer.seek(partition, next[i]);
      if (next[i] != from[i] && from[i] != BEGINNING && from[i] != END) {
        correction.accept(new Gap(partition, from[i], next[i]));
      }
    }
  }

  public EventLayout layout() {
    return layout;
  }

  /**
   * Returns a copy of the position, the next offset of each partition of the layout: all events
   * before it are delivered, all events from it on are not.
   */
  public long[] position() {
    return next.clone();
  }

  /** Makes {@link #caughtUp} include the events that are committed by now. */
  public void extend() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(layout.partitions());
    for (int i = 0; i < targets.length; i++) {
      targets[i] = ends.get(layout.partition(i));
    }
  }

  /**
   * Whether all events are delivered that were committed at the start, or at the last {@link
   * #extend}.
   */
  public boolean caughtUp() {
    return IntStream.range(0, next.length).allMatch(i -> next[i] >= targets[i]);
  }

  /**
   * Delivers the available events. Waits for at most the given time if there are none.
   *
   * @param to receives the events; when it is called, {@link #position} is already after the event
   */
  public void next(Duration wait, Sink to) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      int index = layout.index(record.topic(), record.partition());
      if (layout.completion(index)) {
        held.add(index, record);
      } else {
        deliver(to, index, record);
      }
    }
    for (int i = 0; i < layout.transitions(); i++) {
      next[i] = consumerPosition(i);
    }
    held.release(next, (index, record) -> deliver(to, index, record));
    IntStream.range(layout.transitions(), next.length)
        .forEach(i -> next[i] = held.first(i).orElseGet(() -> consumerPosition(i)));
    limitMemory();
  }

  private long consumerPosition(int index) {
    return consumer.position(layout.partition(index));
  }

  private void deliver(Sink to, int index, ConsumerRecord<byte[], byte[]> record) {
    next[index] = record.offset() + 1;
    PublishedEvent.read(record)
        .ifPresent(
            event -> {
              if (!layout.completion(index)) {
                held.delivered(index, event);
              }
              to.add(event, index, record.offset());
            });
  }

  // Completions are fewer than transitions. Without a pause, the reader of completions runs far
  // ahead
  // and many completions are held.
  private void limitMemory() {
    Collection<TopicPartition> completions =
        layout.partitions().subList(layout.transitions(), layout.size());
    if (held.full()) {
      consumer.pause(completions);
    } else if (!consumer.paused().isEmpty()) {
      consumer.resume(completions);
    }
  }

  /** Interrupts {@link #next}, which then throws a WakeupException. Callable from any thread. */
  public void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    held.close();
    consumer.close();
  }
}
