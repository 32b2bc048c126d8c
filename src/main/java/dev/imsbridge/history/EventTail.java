package dev.imsbridge.history;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows transitions and completions from a position on, committed ones only and without a group.
 * A completion comes after the transitions of its tree, although they lie on another topic.
 *
 * <p>Owned by one thread; only {@link #wakeup} is for others. Throws what Kafka's consumer throws,
 * which ends it.
 */
public final class EventTail implements AutoCloseable {
  /** In a position: from the first event that is kept. */
  public static final long BEGINNING = -1;

  /** In a position: from now on. */
  public static final long END = Long.MAX_VALUE;

  /** Makes the consumers it reads with, which have no group. */
  public interface Consumers {
    KafkaConsumer<byte[], byte[]> open(IsolationLevel isolation);
  }

  /** Told of events one by one. */
  public interface Sink {
    /**
     * @param partition its index in the layout
     */
    void add(PublishedEvent event, int partition, long offset);
  }

  private final EventLayout layout;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final HeldCompletions held;
  private final long[] next;
  private final long[] past;

  private EventTail(
      EventLayout layout, Consumers consumers, KafkaConsumer<byte[], byte[]> consumer) {
    this.layout = layout;
    this.consumer = consumer;
    this.held = new HeldCompletions(layout, consumers);
    this.next = new long[layout.size()];
    this.past = new long[layout.size()];
  }

  /** Takes up its position at the end of what is committed now. */
  public static EventTail atEnd(EventLayout layout, Consumers consumers) {
    long[] ends = new long[layout.size()];
    Arrays.fill(ends, END);
    return from(layout, consumers, ends, gap -> {});
  }

  /**
   * Takes up a position.
   *
   * @param from an offset, {@link #BEGINNING} or {@link #END} for each partition; what is not there
   *     is put right
   * @param correction told of each partition that was put right, before this returns
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
   * A partition whose position had to be put right.
   *
   * @param to below {@code from} when the topic ends before the position
   */
  public record Gap(TopicPartition partition, long from, long to) {}

  // The offsets are asked for now, not at the first poll: "from now on" means from this call.
  private void seek(long[] from, Consumer<Gap> correction) {
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(layout.partitions());
    Map<TopicPartition, Long> ends = consumer.endOffsets(layout.partitions());
    for (int i = 0; i < from.length; i++) {
      TopicPartition partition = layout.partition(i);
      past[i] = ends.get(partition);
      next[i] = Math.min(Math.max(from[i], begins.get(partition)), past[i]);
      consumer.seek(partition, next[i]);
      if (next[i] != from[i] && from[i] != BEGINNING && from[i] != END) {
        correction.accept(new Gap(partition, from[i], next[i]));
      }
    }
  }

  public EventLayout layout() {
    return layout;
  }

  /** Where it stands: nothing before it is still to come, all after it is. A copy. */
  public long[] position() {
    return next.clone();
  }

  /** Whether all that was committed when the position was taken up has been told. */
  public boolean caughtUp() {
    return IntStream.range(0, next.length).allMatch(i -> next[i] >= past[i]);
  }

  /**
   * Tells what has come; waits at most so long when there is nothing.
   *
   * @param to may ask for the position, which then is the one after the event it is told of
   */
  public void next(Duration wait, Sink to) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      int index = layout.index(record.topic(), record.partition());
      if (layout.completion(index)) {
        held.add(index, record);
      } else {
        tell(to, index, record);
      }
    }
    for (int i = 0; i < layout.transitions(); i++) {
      next[i] = consumer.position(layout.partition(i));
    }
    held.release(next, (index, record) -> tell(to, index, record));
    for (int i = layout.transitions(); i < next.length; i++) {
      next[i] = held.first(i).orElseGet(positionOf(i));
    }
    keepWithinMemory();
  }

  private Supplier<Long> positionOf(int index) {
    return () -> consumer.position(layout.partition(index));
  }

  private void tell(Sink to, int index, ConsumerRecord<byte[], byte[]> record) {
    next[index] = record.offset() + 1;
    PublishedEvent.read(record)
        .ifPresent(
            event -> {
              if (!layout.completion(index)) {
                held.passed(index, HeldCompletions.Evidence.of(event));
              }
              to.add(event, index, record.offset());
            });
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
  public void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    held.close();
    consumer.close();
  }
}
