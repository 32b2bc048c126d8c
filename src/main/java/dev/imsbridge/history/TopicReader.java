package dev.imsbridge.history;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Reads partitions up to their ends at the time of opening. Records written later are not read.
 * Records deleted by retention in the meantime are skipped.
 *
 * <pre>{@code
 * try (TopicReader reader = TopicReader.open(consumer, partitions)) {
 *   while (!reader.done()) {
 *     for (ConsumerRecord<byte[], byte[]> record : reader.next()) { ... }
 *   }
 * }
 * }</pre>
 *
 * <p>The records of a partition keep their order; partitions are interleaved. The end of a
 * partition is detected by the consumer's position, because its last offsets can belong to an
 * aborted transaction or a transaction marker. Owned by one thread. If no broker answers, {@link
 * #next} throws Kafka's {@code TimeoutException} after the consumer's {@code
 * default.api.timeout.ms}.
 */
public final class TopicReader implements AutoCloseable {
  /**
   * The settings of a consumer for reading, without deserializers and bootstrap servers. The fetch
   * wait is short, because a fetch at the end of one partition delays the next partition. A poll
   * returns few records, so that they stay in the CPU cache: with 2,000 records, printing takes 50
   * % longer.
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
  // The number of polls without progress before the ends are requested again.
  private static final int MAX_IDLE_POLLS = 15;

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> starts;
  private final Map<TopicPartition, Long> ends;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
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
   * Reads the current beginnings and ends of the partitions, and starts at the beginnings.
   *
   * @param consumer closed with the reader, or if this method fails; has no group and is created
   *     with {@link #CONSUMER}
   */
  public static TopicReader open(
      Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
    try {
      consumer.assign(partitions);
      // Read the ends first: if a beginning moves in between, there is only less to read.
      Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
      return new TopicReader(consumer, Map.copyOf(consumer.beginningOffsets(partitions)), ends);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /**
   * Reads all partitions of the topics, like {@link #open}.
   *
   * @throws UnknownTopicOrPartitionException if a topic does not exist
   */
  public static TopicReader ofTopics(Consumer<byte[], byte[]> consumer, String... topics) {
    try {
      return open(
          consumer,
          Stream.of(topics).flatMap(topic -> partitions(consumer, topic).stream()).toList());
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /**
   * Returns the partitions of a topic.
   *
   * @throws UnknownTopicOrPartitionException if the topic does not exist
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

  /**
   * Moves to an offset of a partition, or to its beginning if that is later. Starts to read the
   * partition again if it was left.
   */
  public void from(TopicPartition partition, long offset) {
    long begin = Math.max(offset, starts.get(partition));
    long end = ends.get(partition);
    positions.remove(partition);
    if (begin < end) {
      consumer.seek(partition, begin);
      consumer.resume(List.of(partition));
      positions.put(partition, begin);
    } else {
      consumer.pause(List.of(partition));
    }
  }

  /**
   * Moves each partition to its first record at or after the given time, or to its end if there is
   * none.
   */
  public void from(Instant time, Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndTimestamp> found = offsets(time, partitions);
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp at = found.get(partition);
      from(partition, at == null ? ends.get(partition) : at.offset());
    }
  }

  /** Stops reading a partition. {@link #from} starts it again. */
  public void leave(TopicPartition partition) {
    if (positions.remove(partition) != null) {
      consumer.pause(List.of(partition));
    }
  }

  /** Pauses or resumes a partition. Does nothing if the partition is not being read. */
  public void hold(TopicPartition partition, boolean held) {
    if (reads(partition)) {
      if (held) {
        consumer.pause(List.of(partition));
      } else {
        consumer.resume(List.of(partition));
      }
    }
  }

  /** Whether a partition is being read: it is not left and not yet read to its end. */
  public boolean reads(TopicPartition partition) {
    return positions.containsKey(partition);
  }

  /** Whether each partition is read to its end or left. */
  public boolean done() {
    return positions.isEmpty();
  }

  /** Returns the next records; none if no record arrives within 200 ms. */
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
    if (idle >= MAX_IDLE_POLLS) {
      idle = 0;
      shorten();
    }
    return records;
  }

  private boolean advance() {
    boolean advanced = false;
    for (TopicPartition partition : Set.copyOf(positions.keySet())) {
      long position = Math.min(consumer.position(partition), ends.get(partition));
      long before = positions.put(partition, position);
      passed += Math.max(0, position - before);
      advanced |= position != before;
      if (position >= ends.get(partition)) {
        leave(partition);
      }
    }
    return advanced;
  }

  // An end can move back if a replica that lags takes over or the topic is created again. Unlike a
  // poll, this request fails if no broker answers.
  private void shorten() {
    consumer
        .endOffsets(List.copyOf(positions.keySet()))
        .forEach((partition, end) -> ends.merge(partition, end, Math::min));
    advance();
  }

  /** The partitions given at opening. */
  public List<TopicPartition> partitions() {
    return List.copyOf(starts.keySet());
  }

  /** The next offset of each partition that is being read. */
  public Map<TopicPartition, Long> positions() {
    return Map.copyOf(positions);
  }

  /** Ends a partition at an offset, if that is before its end. */
  public void until(TopicPartition partition, long offset) {
    ends.merge(partition, offset, Math::min);
    if (positions.containsKey(partition) && positions.get(partition) >= offset) {
      leave(partition);
    }
  }

  /** Ends each partition at its first record at or after the given time. */
  public void until(Instant time) {
    offsets(time, starts.keySet())
        .forEach(
            (partition, at) -> {
              if (at != null) {
                until(partition, at.offset());
              }
            });
  }

  private Map<TopicPartition, OffsetAndTimestamp> offsets(
      Instant time, Collection<TopicPartition> partitions) {
    return consumer.offsetsForTimes(
        partitions.stream().collect(toMap(identity(), partition -> time.toEpochMilli())));
  }

  /** The end offset of a partition at the time of opening. */
  public long end(TopicPartition partition) {
    return ends.get(partition);
  }

  /** The first offset of a partition at the time of opening. */
  public long begin(TopicPartition partition) {
    return starts.get(partition);
  }

  /** The offsets read and the total to read, for a progress bar. */
  public Progress progress() {
    long rest =
        positions.entrySet().stream()
            .mapToLong(each -> ends.get(each.getKey()) - each.getValue())
            .sum();
    return new Progress(passed, passed + rest);
  }

  /**
   * The progress in offsets.
   *
   * @param passed the number of offsets read
   * @param all the total number of offsets
   */
  public record Progress(long passed, long all) {}

  @Override
  public void close() {
    consumer.close();
  }
}
