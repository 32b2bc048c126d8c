package dev.imsbridge.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Reads what partitions hold at the moment it is opened, and ends there: what is written meanwhile
 * is not read, and what retention deletes meanwhile is passed over.
 *
 * <pre>{@code
 * try (TopicReader reader = TopicReader.open(consumer, partitions)) {
 *   while (!reader.done()) {
 *     for (ConsumerRecord<byte[], byte[]> record : reader.next()) { ... }
 *   }
 * }
 * }</pre>
 *
 * <p>Each partition's records come in its order; partitions are mixed. An end is reached by the
 * consumer's position and not by a record, since the last offsets may be those of an aborted
 * transaction or of the mark that ends one. Owned by one thread. When no broker answers, {@link
 * #next} throws Kafka's {@code TimeoutException} after the consumer's {@code
 * default.api.timeout.ms}.
 */
public final class TopicReader implements AutoCloseable {
  /**
   * What a consumer for reading is to be made with, beside serializers and brokers. The wait is
   * short, since a fetch that waits at the end of one partition delays the next one's. Few records
   * come at a time, so that they are still in the core's cache when they are worked on: with 2,000
   * printing one costs half as much again.
   */
  public static final Map<String, Object> CONSUMER =
      Map.of(
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          "read_committed",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          false,
          ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
          false,
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
          "earliest",
          ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
          20,
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
          100);

  private static final Duration POLL = Duration.ofMillis(200);
  // Polls without a record or a step until the ends are asked for again.
  private static final int PATIENCE = 15;

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> starts;
  private final Map<TopicPartition, Long> ends;
  private final Map<TopicPartition, Long> open = new HashMap<>();
  private long passed;
  private int idle;

  private TopicReader(
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> starts,
      Map<TopicPartition, Long> ends) {
    this.consumer = consumer;
    this.starts = starts;
    this.ends = ends;
    starts.forEach(this::from);
  }

  /**
   * Finds where the partitions begin and end now, and stands at their beginnings.
   *
   * @param consumer taken over and closed with the reader; without a group, made with {@link
   *     #CONSUMER}
   */
  public static TopicReader open(
      Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
    try {
      consumer.assign(partitions);
      // The ends first: a beginning that moves in between only makes less to read.
      Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
      return new TopicReader(consumer, Map.copyOf(consumer.beginningOffsets(partitions)), ends);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /**
   * The partitions of a topic.
   *
   * @throws UnknownTopicOrPartitionException when there is no such topic
   */
  public static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new UnknownTopicOrPartitionException("there is no topic " + topic);
    }
    return partitions;
  }

  /** Goes to an offset of a partition, or to its beginning when that is later. */
  public void from(TopicPartition partition, long offset) {
    long begin = Math.max(offset, starts.get(partition));
    long end = ends.get(partition);
    open.remove(partition);
    if (begin < end) {
      consumer.seek(partition, begin);
      consumer.resume(List.of(partition));
      open.put(partition, begin);
    } else {
      consumer.pause(List.of(partition));
    }
  }

  /** Goes, in each of the partitions, to its first record of that time or later. */
  public void from(Instant time, Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, time.toEpochMilli()));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp at = found.get(partition);
      from(partition, at == null ? ends.get(partition) : at.offset());
    }
  }

  /** Reads no more of a partition. */
  public void leave(TopicPartition partition) {
    if (open.remove(partition) != null) {
      consumer.pause(List.of(partition));
    }
  }

  /** Reads no more of a partition for now, or reads it again. */
  void hold(TopicPartition partition, boolean held) {
    if (reads(partition)) {
      if (held) {
        consumer.pause(List.of(partition));
      } else {
        consumer.resume(List.of(partition));
      }
    }
  }

  /** Whether records of a partition can still come. */
  boolean reads(TopicPartition partition) {
    return open.containsKey(partition);
  }

  /** Whether everything was read. */
  public boolean done() {
    return open.isEmpty();
  }

  /** The next records; none when none came within a moment. */
  public List<ConsumerRecord<byte[], byte[]>> next() {
    if (done()) {
      return List.of();
    }
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
    for (TopicPartition partition : polled.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> of = polled.records(partition);
      long end = ends.get(partition);
      int inside = of.size();
      while (inside > 0 && of.get(inside - 1).offset() >= end) {
        inside--;
      }
      records.addAll(of.subList(0, inside));
    }
    idle = advance() || !records.isEmpty() ? 0 : idle + 1;
    if (idle >= PATIENCE) {
      idle = 0;
      shorten();
    }
    return records;
  }

  private boolean advance() {
    boolean advanced = false;
    for (TopicPartition partition : Set.copyOf(open.keySet())) {
      long position = Math.min(consumer.position(partition), ends.get(partition));
      long before = open.put(partition, position);
      passed += Math.max(0, position - before);
      advanced |= position != before;
      if (position >= ends.get(partition)) {
        leave(partition);
      }
    }
    return advanced;
  }

  // An end can move back, when a replica that was behind takes over or the topic is made anew. Also
  // the question whether there is a broker at all, which polling never answers.
  private void shorten() {
    consumer
        .endOffsets(List.copyOf(open.keySet()))
        .forEach((partition, end) -> ends.merge(partition, end, Math::min));
    advance();
  }

  /** Those it was opened for. */
  public List<TopicPartition> partitions() {
    return List.copyOf(starts.keySet());
  }

  /** The next offset to be read of each partition that is not read to its end. */
  public Map<TopicPartition, Long> positions() {
    return Map.copyOf(open);
  }

  /** Ends a partition at an offset, when that is earlier than its end. */
  public void until(TopicPartition partition, long offset) {
    ends.merge(partition, offset, Math::min);
    if (open.containsKey(partition) && open.get(partition) >= offset) {
      leave(partition);
    }
  }

  /** The offset where a partition ended when the reader was opened. */
  public long end(TopicPartition partition) {
    return ends.get(partition);
  }

  /** The offset where a partition began when the reader was opened. */
  public long begin(TopicPartition partition) {
    return starts.get(partition);
  }

  /** How much was read and how much is to be read in all, in offsets: for a bar of progress. */
  public Progress progress() {
    long rest = 0;
    for (Map.Entry<TopicPartition, Long> each : open.entrySet()) {
      rest += ends.get(each.getKey()) - each.getValue();
    }
    return new Progress(passed, passed + rest);
  }

  /** A part of a whole. */
  public record Progress(long passed, long all) {}

  @Override
  public void close() {
    consumer.close();
  }
}
