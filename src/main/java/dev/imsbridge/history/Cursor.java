package dev.imsbridge.history;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Iterates over the records of selected partitions of a topic. The next record can be peeked. Ends
 * at the end offsets of the time of opening. Owned by one thread.
 */
public final class Cursor implements AutoCloseable {
  private final Consumer<byte[], byte[]> consumer;
  private final TopicReader reader;
  private final List<TopicPartition> partitions;
  private final Deque<ConsumerRecord<byte[], byte[]>> ahead = new ArrayDeque<>();

  /**
   * Opens a topic. No partition is selected until {@link #read}.
   *
   * @param consumer closed with the cursor
   */
  public Cursor(Consumer<byte[], byte[]> consumer, String topic) {
    this.consumer = consumer;
    reader = TopicReader.ofTopics(consumer, topic);
    partitions =
        reader.partitions().stream()
            .sorted(Comparator.comparingInt(TopicPartition::partition))
            .toList();
    partitions.forEach(reader::leave);
  }

  /** Selects these partitions only, from their beginning. */
  public void read(Collection<TopicPartition> wanted) {
    ahead.clear();
    partitions.forEach(reader::leave);
    wanted.forEach(partition -> reader.from(partition, 0));
  }

  /** The partitions of the topic, by number. */
  public List<TopicPartition> partitions() {
    return partitions;
  }

  public boolean has(TopicPartition partition) {
    return partitions.contains(partition);
  }

  /** Returns the next record without removing it; null at the end. */
  public ConsumerRecord<byte[], byte[]> peek() {
    while (ahead.isEmpty() && !reader.done()) {
      ahead.addAll(reader.next());
    }
    return ahead.peek();
  }

  /** Returns and removes the next record; null at the end. */
  public ConsumerRecord<byte[], byte[]> next() {
    peek();
    return ahead.poll();
  }

  /** The first offset of a partition at the time of opening. */
  public long begin(TopicPartition partition) {
    return reader.begin(partition);
  }

  /** The end offset of a partition at the time of opening. */
  public long end(TopicPartition partition) {
    return reader.end(partition);
  }

  /** Returns the current first offset of the partition. Retention can move it during the read. */
  public long beginNow(TopicPartition partition) {
    return consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, begin(partition));
  }

  /** The number of offsets in all partitions at the time of opening. */
  public long length() {
    return partitions.stream().mapToLong(each -> Math.max(0, end(each) - begin(each))).sum();
  }

  @Override
  public void close() {
    reader.close();
  }
}
