package dev.imsbridge.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Merges the partitions of a topic by the times of their records. Each partition keeps its own
 * order, so a record whose time is earlier than that of the record before it comes late.
 *
 * <p>A record is given when each partition that is not read to its end has another one waiting. A
 * partition with many records waiting is not read until the others have caught up. Owned by the
 * reader's thread.
 */
final class TimeOrder {
  // A poll adds at most 100.
  private static final int MANY = 200;

  /** A partition and its records that wait. */
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

  /** The next records, or none if a partition has to be read first. */
  List<ConsumerRecord<byte[], byte[]>> next() {
    for (ConsumerRecord<byte[], byte[]> record : reader.next()) {
      byNumber[record.partition()].waiting.add(record);
    }
    List<ConsumerRecord<byte[], byte[]>> ready = new ArrayList<>();
    for (Queue first = earliest(); first != null; first = earliest()) {
      ready.add(first.waiting.poll());
    }
    queues.forEach(each -> reader.hold(each.partition, each.waiting.size() >= MANY));
    return ready;
  }

  /** The queue whose first record is the earliest; null if none is known to be. */
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
