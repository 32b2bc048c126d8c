package dev.imsbridge.history.replay;

import dev.imsbridge.history.TopicReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Merges the partitions of a topic by the times of their records. The order within a partition is
 * kept, so a record with an earlier time than its predecessor comes late in the merged order.
 *
 * <p>A record is returned when each partition that is not yet read to its end has a waiting record.
 * A partition with many waiting records is paused until the others have caught up. Owned by the
 * thread of the reader.
 */
final class TimeOrder {
  // A poll adds at most 100 records.
  private static final int MAX_WAITING = 200;

  /** A partition and its waiting records. */
  private record Queue(TopicPartition partition, Deque<ConsumerRecord<byte[], byte[]>> waiting) {}

  private final TopicReader reader;
  private final List<Queue> queues;
  private final Queue[] byNumber;

  TimeOrder(TopicReader reader) {
    this.reader = reader;
    queues =
        reader.partitions().stream()
            .map(partition -> new Queue(partition, new ArrayDeque<>()))
            .toList();
    byNumber =
        new Queue[queues.stream().mapToInt(each -> each.partition.partition() + 1).max().orElse(0)];
    queues.forEach(each -> byNumber[each.partition.partition()] = each);
  }

  /** Returns the next records; none if a partition must be read first. */
  List<ConsumerRecord<byte[], byte[]>> next() {
    for (ConsumerRecord<byte[], byte[]> record : reader.next()) {
      byNumber[record.partition()].waiting.add(record);
    }
    List<ConsumerRecord<byte[], byte[]>> ready = new ArrayList<>();
    for (Queue first = earliest(); first != null; first = earliest()) {
      ready.add(first.waiting.poll());
    }
    queues.forEach(each -> reader.hold(each.partition, each.waiting.size() >= MAX_WAITING));
    return ready;
  }

  /** Returns the queue with the earliest first record; null if it is not known yet. */
  private Queue earliest() {
    Queue earliest = null;
    long time = Long.MAX_VALUE;
    for (Queue each : queues) {
      ConsumerRecord<byte[], byte[]> first = each.waiting.peek();
      if (first == null) {
        if (reader.reads(each.partition)) {
          return null;
        }
      } else if (earliest == null || first.timestamp() < time) {
        earliest = each;
        time = first.timestamp();
      }
    }
    return earliest;
  }

  boolean done() {
    return reader.done() && queues.stream().allMatch(each -> each.waiting.isEmpty());
  }
}
