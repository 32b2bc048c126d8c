package dev.imsbridge.history;

import dev.imsbridge.job.Evidence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Holds completions until the transitions of their tree are delivered.
 *
 * <p>Both are written in one transaction. When a completion is readable, its transitions are in
 * their log, but the reader may not see their commit marker yet. A completion is released in one of
 * two cases. First, the reader has reached the end of the transitions partition, looked up after
 * the completion was read and including open transactions. Second, the reader has passed a
 * transition in that partition that is based on a later record of the same observations partition;
 * this is the usual case far from the end. The order within each partition is kept. Owned by one
 * thread.
 */
final class HeldCompletions implements AutoCloseable {
  private static final long MAX_BYTES = 4L << 20;

  private static final class Held {
    private final ConsumerRecord<byte[], byte[]> record;
    private final int transitions;
    private final Evidence evidence;
    private Long awaitedOffset;

    Held(ConsumerRecord<byte[], byte[]> record, int transitions, Evidence evidence) {
      this.record = record;
      this.transitions = transitions;
      this.evidence = evidence;
    }
  }

  private final EventLayout layout;
  private final EventTail.Consumers consumers;
  private final List<Deque<Held>> queues = new ArrayList<>();
  // The evidence of the last delivered transition of each partition, or null.
  private final Evidence[] last;
  private KafkaConsumer<byte[], byte[]> uncommitted;
  private long bytes;

  HeldCompletions(EventLayout layout, EventTail.Consumers consumers) {
    this.layout = layout;
    this.consumers = consumers;
    for (int i = 0; i < layout.completions(); i++) {
      queues.add(new ArrayDeque<>());
    }
    last = new Evidence[layout.transitions()];
  }

  void add(int index, ConsumerRecord<byte[], byte[]> record) {
    Optional<PublishedEvent> event = PublishedEvent.read(record);
    queues
        .get(index - layout.transitions())
        .add(
            new Held(
                record,
                event.map(known -> layout.transitionsOf(known.rootJobId())).orElse(0),
                event.flatMap(known -> known.position("evidence")).orElse(null)));
    bytes += size(record);
  }

  /** Records that a transition was delivered. */
  void delivered(int index, PublishedEvent transition) {
    last[index] = transition.position("evidence").orElse(null);
  }

  /**
   * Releases the completions whose transitions are delivered.
   *
   * @param position the reader's next offset in each partition
   * @param to receives the index of the partition and the record
   */
  void release(long[] position, BiConsumer<Integer, ConsumerRecord<byte[], byte[]>> to) {
    if (queues.stream().allMatch(Deque::isEmpty)) {
      return;
    }
    requestEnds();
    for (int i = 0; i < queues.size(); i++) {
      Deque<Held> queue = queues.get(i);
      while (!queue.isEmpty() && releasable(queue.peek(), position)) {
        ConsumerRecord<byte[], byte[]> record = queue.remove().record;
        bytes -= size(record);
        to.accept(layout.transitions() + i, record);
      }
    }
  }

  private boolean releasable(Held held, long[] position) {
    return (held.awaitedOffset != null && position[held.transitions] >= held.awaitedOffset)
        || isPassed(held);
  }

  private boolean isPassed(Held held) {
    Evidence passed = last[held.transitions];
    return passed != null && held.evidence != null && held.evidence.before(passed);
  }

  private void requestEnds() {
    List<Held> unknown =
        queues.stream()
            .flatMap(Deque::stream)
            .filter(held -> held.awaitedOffset == null && !isPassed(held))
            .toList();
    if (unknown.isEmpty()) {
      return;
    }
    Map<TopicPartition, Long> ends = ends(unknown);
    unknown.forEach(held -> held.awaitedOffset = ends.get(layout.partition(held.transitions)));
  }

  // After a timeout, the next poll tries again.
  private Map<TopicPartition, Long> ends(List<Held> unknown) {
    if (uncommitted == null) {
      uncommitted = consumers.open(IsolationLevel.READ_UNCOMMITTED);
      // The assignment is only needed by the client; this consumer is never polled.
      uncommitted.assign(layout.partitions().subList(0, layout.transitions()));
    }
    Set<TopicPartition> partitions = new HashSet<>();
    unknown.forEach(held -> partitions.add(layout.partition(held.transitions)));
    try {
      return uncommitted.endOffsets(partitions);
    } catch (TimeoutException e) {
      return new HashMap<>();
    }
  }

  /** The offset of the first held completion of a partition; empty if none is held. */
  Optional<Long> first(int index) {
    return Optional.ofNullable(queues.get(index - layout.transitions()).peek())
        .map(held -> held.record.offset());
  }

  /** Whether the memory limit is exceeded. Add no more completions until some are released. */
  boolean full() {
    return bytes > MAX_BYTES;
  }

  private static long size(ConsumerRecord<byte[], byte[]> record) {
    return 200L + Math.max(0, record.serializedValueSize());
  }

  @Override
  public void close() {
    if (uncommitted != null) {
      uncommitted.close();
    }
  }
}
