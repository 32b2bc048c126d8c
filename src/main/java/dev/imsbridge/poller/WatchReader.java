package dev.imsbridge.poller;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.Watches;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the table of watches of the assigned partitions and reports events to the loop: assigned,
 * each change, restored, revoked. A partition is restored when the position reaches the end offset
 * that the partition had after its assignment. Until then the values of open watches are kept
 * undecoded, because most records of the topic are about watches that are closed by a later record.
 *
 * <p>Each assignment reads its partition from the beginning. Committed offsets are used only to
 * show lag. Unreadable records are skipped. The thread of {@link #run} owns the consumer; other
 * threads may call only {@link #end}. If the loop lags behind, reading pauses while the group
 * membership continues. No exception leaves a rebalance callback.
 */
final class WatchReader extends Thread implements ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(WatchReader.class);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration POLL_PAUSED = Duration.ofMillis(10);
  private static final Duration LOOK_UP = Duration.ofSeconds(5);
  private static final Duration CLOSE = Duration.ofSeconds(3);
  private static final Duration CONTACT_EVERY = Duration.ofSeconds(30);
  private static final long REPORT_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int BATCHES_AHEAD = 16;
  private static final int FEW = 5;
  private static final int CHANGES_PER_TASK = 1_000;

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final int partitionCount;
  private final LoopTasks tasks;
  private final Duration kafkaLostAfter;
  private final long contactEvery;
  private final java.util.function.Consumer<Throwable> onHopeless;
  private final AtomicInteger batchesAhead = new AtomicInteger();
  private final WatchInterner interner = new WatchInterner();
  private final Map<TopicPartition, WatchRestore> restoring = new HashMap<>();
  private volatile boolean stopping;
  private long contactAt = System.nanoTime();
  private long contactTriedAt = contactAt;
  private boolean contactLost;
  private long contactReportedAt;
  private int unreadable;

  /**
   * Takes over a consumer that no other thread uses.
   *
   * @param partitionCount the partitions of the topic
   * @param onHopeless called if reading cannot continue
   */
  WatchReader(
      Consumer<byte[], byte[]> consumer,
      String topic,
      int partitionCount,
      LoopTasks tasks,
      Duration kafkaLostAfter,
      java.util.function.Consumer<Throwable> onHopeless) {
    super("imsbridge-watch-reader");
    this.consumer = consumer;
    this.topic = topic;
    this.partitionCount = partitionCount;
    this.tasks = tasks;
    this.kafkaLostAfter = kafkaLostAfter;
    Duration half = kafkaLostAfter.dividedBy(2);
    contactEvery = (half.compareTo(CONTACT_EVERY) < 0 ? half : CONTACT_EVERY).toNanos();
    this.onHopeless = onHopeless;
  }

  /** Makes the thread leave the group and end. Safe for any thread. */
  void end() {
    stopping = true;
    consumer.wakeup();
  }

  @Override
  public void run() {
    try {
      consumer.subscribe(List.of(topic), this);
      while (!stopping) {
        turn();
      }
    } catch (WakeupException | InterruptException e) {
      LOG.debug("reading watches was interrupted", e);
    } catch (RuntimeException | Error e) {
      onHopeless.accept(e);
    } finally {
      leave();
    }
  }

  private void turn() {
    try {
      boolean behind = batchesAhead.get() >= BATCHES_AHEAD;
      pause(behind);
      hand(consumer.poll(behind ? POLL_PAUSED : POLL));
      findEnds();
      announceRestored();
      keepContact();
    } catch (RetriableException e) {
      LOG.warn("reading watches failed and is tried again: {}", e.toString());
    }
  }

  // Use the current assignment: partitions that were assigned again are not paused.
  private void pause(boolean behind) {
    if (behind) {
      consumer.pause(consumer.assignment());
    } else if (!consumer.paused().isEmpty()) {
      consumer.resume(consumer.paused());
    }
  }

  // ---- records

  private void hand(ConsumerRecords<byte[], byte[]> records) {
    if (records.isEmpty()) {
      return;
    }
    contactAt = System.nanoTime();
    List<LoopTasks.Task> changes = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.key() == null) {
        skip(record);
      } else {
        take(new String(record.key(), UTF_8), record, changes);
      }
    }
    hand(changes);
  }

  private void take(
      String key, ConsumerRecord<byte[], byte[]> record, List<LoopTasks.Task> changes) {
    WatchRestore restore = restoring.get(new TopicPartition(record.topic(), record.partition()));
    if (record.value() == null) {
      int partition = record.partition();
      changes.add((engine, now) -> engine.closed(partition, key));
      if (restore != null) {
        restore.forget(key);
      }
    } else if (restore == null) {
      open(key, record, changes);
    } else if (!restore.keep(key, record)) {
      restore.forget(key).forEach(each -> open(key, each, changes));
    }
  }

  /** Decodes a value and adds the change of the table. Skips a value that is no watch. */
  private void open(
      String key, ConsumerRecord<byte[], byte[]> record, List<LoopTasks.Task> changes) {
    int partition = record.partition();
    Watches.decode(record.value())
        .filter(watch -> watch.key().equals(key))
        .filter(watch -> RootPartition.of(watch.rootJobId(), partitionCount) == partition)
        .map(interner::of)
        .ifPresentOrElse(
            watch -> changes.add((engine, now) -> engine.opened(partition, watch, now)),
            () -> skip(record));
  }

  private void hand(List<LoopTasks.Task> changes) {
    for (int from = 0; from < changes.size(); from += CHANGES_PER_TASK) {
      List<LoopTasks.Task> some =
          changes.subList(from, Math.min(changes.size(), from + CHANGES_PER_TASK));
      batchesAhead.incrementAndGet();
      tasks.add(
          (engine, now) -> {
            some.forEach(change -> change.run(engine, now));
            batchesAhead.decrementAndGet();
          });
    }
  }

  private void handKept(WatchRestore restore) {
    List<LoopTasks.Task> changes = new ArrayList<>();
    restore.forEach((key, value) -> open(key, value, changes));
    hand(changes);
  }

  private void skip(ConsumerRecord<byte[], byte[]> record) {
    unreadable++;
    if (unreadable <= FEW) {
      LOG.atWarn()
          .addKeyValue("partition", record.partition())
          .log(
              "{}-{}@{} is no watch and is skipped{}",
              record.topic(),
              record.partition(),
              record.offset(),
              unreadable == FEW ? "; further ones are not logged" : "");
    }
  }

  // ---- assignment and revocation

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    if (assigned.isEmpty()) {
      return;
    }
    LOG.info("watches to restore: partitions {}", numbers(assigned));
    assigned.forEach(partition -> restoring.put(partition, new WatchRestore()));
    List<Integer> partitions = numbers(assigned);
    tasks.add((engine, now) -> partitions.forEach(each -> engine.assigned(each, now)));
    try {
      consumer.seekToBeginning(assigned);
    } catch (KafkaException | IllegalStateException e) {
      onHopeless.accept(e);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    if (revoked.isEmpty()) {
      return;
    }
    LOG.info("watches given away: partitions {}", numbers(revoked));
    restoring.keySet().removeAll(revoked);
    List<Integer> partitions = numbers(revoked);
    tasks.add((engine, now) -> engine.revoked(partitions, now));
  }

  private static List<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::partition).sorted().toList();
  }

  private void findEnds() {
    Set<TopicPartition> fresh = new HashSet<>();
    restoring.forEach(
        (partition, restore) -> {
          if (restore.end == null) {
            fresh.add(partition);
          }
        });
    if (!fresh.isEmpty()) {
      consumer
          .endOffsets(fresh, LOOK_UP)
          .forEach((partition, end) -> restoring.get(partition).end = end);
    }
  }

  // Compare positions, not record offsets: a compacted topic may end with markers.
  private void announceRestored() {
    for (TopicPartition partition : List.copyOf(restoring.keySet())) {
      if (consumer.position(partition, LOOK_UP) >= restoring.get(partition).end) {
        handKept(restoring.remove(partition));
        tasks.add((engine, now) -> engine.restored(partition.partition(), now));
        LOG.atInfo()
            .addKeyValue("partition", partition.partition())
            .log("watches restored: partition {}", partition.partition());
      }
    }
  }

  // ---- contact with Kafka

  private void keepContact() {
    long now = System.nanoTime();
    if (now - contactAt < contactEvery || now - contactTriedAt < contactEvery) {
      return;
    }
    contactTriedAt = now;
    try {
      consumer.endOffsets(Set.of(new TopicPartition(topic, 0)), LOOK_UP);
      if (contactLost) {
        LOG.info("contact with Kafka again");
      }
      contactAt = System.nanoTime();
      contactLost = false;
    } catch (RetriableException e) {
      Duration silence = Duration.ofNanos(System.nanoTime() - contactAt);
      if (!contactLost || now - contactReportedAt >= REPORT_NANOS) {
        contactReportedAt = now;
        LOG.warn("no contact with Kafka for {} s: {}", silence.toSeconds(), e.toString());
      }
      contactLost = true;
      if (silence.compareTo(kafkaLostAfter) >= 0) {
        throw new KafkaException("no contact with Kafka for " + silence.toSeconds() + " s", e);
      }
    }
  }

  private void leave() {
    try {
      // By default a static member stays in the group.
      consumer.close(
          CloseOptions.timeout(CLOSE)
              .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    } catch (KafkaException e) {
      LOG.warn("the group of pollers was not left in order: {}", e.toString());
    }
  }
}
