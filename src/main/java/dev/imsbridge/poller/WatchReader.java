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
 * undecoded, because most records of the topic belong to watches that a later record closes.
 *
 * <p>Each assignment reads its partition from the beginning. Committed offsets are used only to
 * show lag. Records that are not valid watches are skipped. The thread of {@link #run} owns the
 * consumer; other threads may call only {@link #end}. If the loop lags behind, reading pauses while
 * the group membership continues. No exception leaves a rebalance callback.
 */
final class WatchReader extends Thread implements ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(WatchReader.class);
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(250);
  private static final Duration POLL_TIMEOUT_PAUSED = Duration.ofMillis(10);
  private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration CONTACT_INTERVAL = Duration.ofSeconds(30);
  private static final long REPORT_INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int MAX_BATCHES_AHEAD = 16;
  private static final int MAX_LOGGED_SKIPS = 5;
  private static final int CHANGES_PER_TASK = 1_000;

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final int partitionCount;
  private final LoopTasks tasks;
  private final Duration kafkaLostAfter;
  private final long contactInterval;
  private final java.util.function.Consumer<Throwable> onFailure;
  private final AtomicInteger batchesAhead = new AtomicInteger();
  private final WatchInterner interner = new WatchInterner();
  private final Map<TopicPartition, WatchRestore> restoring = new HashMap<>();
  private volatile boolean stopping;
  private long contactAt = System.nanoTime();
  private long contactTriedAt = contactAt;
  private boolean contactLost;
  private long contactReportedAt;
  private int skippedRecords;

  /**
   * Takes over a consumer that no other thread uses.
   *
   * @param partitionCount the partitions of the topic
   * @param onFailure called if reading cannot continue
   */
  WatchReader(
      Consumer<byte[], byte[]> consumer,
      String topic,
      int partitionCount,
      LoopTasks tasks,
      Duration kafkaLostAfter,
      java.util.function.Consumer<Throwable> onFailure) {
    super("imsbridge-watch-reader");
    this.consumer = consumer;
    this.topic = topic;
    this.partitionCount = partitionCount;
    this.tasks = tasks;
    this.kafkaLostAfter = kafkaLostAfter;
    Duration half = kafkaLostAfter.dividedBy(2);
    contactInterval = (half.compareTo(CONTACT_INTERVAL) < 0 ? half : CONTACT_INTERVAL).toNanos();
    this.onFailure = onFailure;
  }

  /** Makes the thread leave the group and end. Does not wait for it. Safe for any thread. */
  void end() {
    stopping = true;
    consumer.wakeup();
  }

  @Override
  public void run() {
    try {
      consumer.subscribe(List.of(topic), this);
      while (!stopping) {
        pollOnce();
      }
    } catch (WakeupException | InterruptException e) {
      LOG.debug("reading watches was interrupted", e);
    } catch (RuntimeException | Error e) {
      onFailure.accept(e);
    } finally {
      leave();
    }
  }

  private void pollOnce() {
    try {
      boolean behind = batchesAhead.get() >= MAX_BATCHES_AHEAD;
      pause(behind);
      enqueue(consumer.poll(behind ? POLL_TIMEOUT_PAUSED : POLL_TIMEOUT));
      findEnds();
      announceRestored();
      keepContact();
    } catch (RetriableException e) {
      LOG.warn("cannot read watches, retrying: {}", e.toString());
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

  private void enqueue(ConsumerRecords<byte[], byte[]> records) {
    if (records.isEmpty()) {
      return;
    }
    contactAt = System.nanoTime();
    List<LoopTasks.Task> changes = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.key() == null) {
        skip(record);
      } else {
        addChange(new String(record.key(), UTF_8), record, changes);
      }
    }
    enqueue(changes);
  }

  private void addChange(
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

  /** Decodes a value and adds the change of the table. Skips a value that is not a valid watch. */
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

  private void enqueue(List<LoopTasks.Task> changes) {
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

  private void enqueueKept(WatchRestore restore) {
    List<LoopTasks.Task> changes = new ArrayList<>();
    restore.forEach((key, value) -> open(key, value, changes));
    enqueue(changes);
  }

  private void skip(ConsumerRecord<byte[], byte[]> record) {
    skippedRecords++;
    if (skippedRecords <= MAX_LOGGED_SKIPS) {
      LOG.atWarn()
          .addKeyValue("partition", record.partition())
          .log(
              "skipped record {}-{}@{}: not a valid watch{}",
              record.topic(),
              record.partition(),
              record.offset(),
              skippedRecords == MAX_LOGGED_SKIPS ? "; further skipped records are not logged" : "");
    }
  }

  // ---- assignment and revocation

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    if (assigned.isEmpty()) {
      return;
    }
    LOG.info("restoring watches: partitions {}", numbers(assigned));
    assigned.forEach(partition -> restoring.put(partition, new WatchRestore()));
    List<Integer> partitions = numbers(assigned);
    tasks.add((engine, now) -> partitions.forEach(each -> engine.assigned(each, now)));
    try {
      consumer.seekToBeginning(assigned);
    } catch (KafkaException | IllegalStateException e) {
      onFailure.accept(e);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    if (revoked.isEmpty()) {
      return;
    }
    LOG.info("watches revoked: partitions {}", numbers(revoked));
    restoring.keySet().removeAll(revoked);
    List<Integer> partitions = numbers(revoked);
    tasks.add((engine, now) -> engine.revoked(partitions, now));
  }

  private static List<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::partition).sorted().toList();
  }

  private void findEnds() {
    Set<TopicPartition> withoutEnd = new HashSet<>();
    restoring.forEach(
        (partition, restore) -> {
          if (restore.end == null) {
            withoutEnd.add(partition);
          }
        });
    if (!withoutEnd.isEmpty()) {
      consumer
          .endOffsets(withoutEnd, LOOKUP_TIMEOUT)
          .forEach((partition, end) -> restoring.get(partition).end = end);
    }
  }

  // Compare positions, not record offsets: a compacted topic may end with markers.
  private void announceRestored() {
    for (TopicPartition partition : List.copyOf(restoring.keySet())) {
      if (consumer.position(partition, LOOKUP_TIMEOUT) >= restoring.get(partition).end) {
        enqueueKept(restoring.remove(partition));
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
    if (now - contactAt < contactInterval || now - contactTriedAt < contactInterval) {
      return;
    }
    contactTriedAt = now;
    try {
      consumer.endOffsets(Set.of(new TopicPartition(topic, 0)), LOOKUP_TIMEOUT);
      if (contactLost) {
        LOG.info("contact with Kafka restored");
      }
      contactAt = System.nanoTime();
      contactLost = false;
    } catch (RetriableException e) {
      Duration silence = Duration.ofNanos(System.nanoTime() - contactAt);
      if (!contactLost || now - contactReportedAt >= REPORT_INTERVAL_NANOS) {
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
          CloseOptions.timeout(CLOSE_TIMEOUT)
              .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    } catch (KafkaException e) {
      LOG.warn("cannot leave the group of pollers: {}", e.toString());
    }
  }
}
