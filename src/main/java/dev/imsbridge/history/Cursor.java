package dev.imsbridge.history;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The records of a topic one by one, of some of its partitions at a time, with a look at the next.
 * Bounded by the moment it was opened. Owned by one thread.
 */
final class Cursor implements AutoCloseable {
  private final Consumer<byte[], byte[]> consumer;
  private final TopicReader reader;
  private final Collection<TopicPartition> partitions;
  private final Deque<ConsumerRecord<byte[], byte[]>> ahead = new ArrayDeque<>();

  private Cursor(
      Consumer<byte[], byte[]> consumer,
      TopicReader reader,
      Collection<TopicPartition> partitions) {
    this.consumer = consumer;
    this.reader = reader;
    this.partitions = partitions;
  }

  /**
   * Opens a topic at nothing.
   *
   * @param consumer taken over
   */
  static Cursor open(Consumer<byte[], byte[]> consumer, String topic) {
    try {
      Collection<TopicPartition> partitions = TopicReader.partitions(consumer, topic);
      Cursor cursor = new Cursor(consumer, TopicReader.open(consumer, partitions), partitions);
      partitions.forEach(cursor.reader::leave);
      return cursor;
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** Reads these partitions from their beginning, and no other. */
  void read(Collection<TopicPartition> wanted) {
    ahead.clear();
    partitions.forEach(reader::leave);
    wanted.forEach(partition -> reader.from(partition, 0));
  }

  Collection<TopicPartition> partitions() {
    return partitions;
  }

  boolean has(TopicPartition partition) {
    return partitions.contains(partition);
  }

  /** The next record, which stays the next; null at the end. */
  ConsumerRecord<byte[], byte[]> peek() {
    while (ahead.isEmpty() && !reader.done()) {
      ahead.addAll(reader.next());
    }
    return ahead.peek();
  }

  /** The next record; null at the end. */
  ConsumerRecord<byte[], byte[]> next() {
    peek();
    return ahead.poll();
  }

  long begin(TopicPartition partition) {
    return reader.begin(partition);
  }

  long end(TopicPartition partition) {
    return reader.end(partition);
  }

  /** Where the partition begins now: retention goes on while it is read. */
  long beginNow(TopicPartition partition) {
    return consumer
        .beginningOffsets(java.util.List.of(partition))
        .getOrDefault(partition, begin(partition));
  }

  /** How many offsets there are in all. */
  long length() {
    return partitions.stream().mapToLong(each -> Math.max(0, end(each) - begin(each))).sum();
  }

  @Override
  public void close() {
    reader.close();
  }
}
