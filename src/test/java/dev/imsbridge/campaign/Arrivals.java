package dev.imsbridge.campaign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * The times at which a {@code read_committed} consumer receives the records of a topic, by
 * partition. A record that is written in time and committed late arrives late. Thread-safe.
 */
final class Arrivals implements AutoCloseable {
  private final Map<Integer, List<Long>> nanos = new TreeMap<>();
  private final Thread reader;
  private volatile boolean closed;

  /** Starts to read all partitions of the topic, which must exist, from their ends. */
  Arrivals(String bootstrapServers, String topic) {
    KafkaConsumer<byte[], byte[]> consumer =
        CommittedRecords.consumer(bootstrapServers, "read_committed");
    try {
      consumer.assign(CommittedRecords.partitions(consumer, topic));
      consumer.seekToEnd(consumer.assignment());
      consumer.assignment().forEach(consumer::position);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    consumer.assignment().forEach(partition -> nanos.put(partition.partition(), new ArrayList<>()));
    reader = new Thread(() -> read(consumer), "arrivals");
    reader.start();
  }

  private void read(KafkaConsumer<byte[], byte[]> consumer) {
    try (consumer) {
      while (!closed) {
        Iterable<ConsumerRecord<byte[], byte[]>> records = consumer.poll(Duration.ofMillis(100));
        long now = System.nanoTime();
        synchronized (this) {
          records.forEach(record -> nanos.get(record.partition()).add(now));
        }
      }
    }
  }

  synchronized int count() {
    return nanos.values().stream().mapToInt(List::size).sum();
  }

  /** Returns the longest time without a record in a period, its ends included. */
  synchronized Duration longestGap(long fromNanos, long toNanos) {
    return longest(nanos.values().stream().flatMap(List::stream), fromNanos, toNanos);
  }

  /** Returns the longest time without a record of each partition. */
  synchronized Map<Integer, Duration> longestGaps(long fromNanos, long toNanos) {
    Map<Integer, Duration> gaps = new TreeMap<>();
    nanos.forEach(
        (partition, arrivals) ->
            gaps.put(partition, longest(arrivals.stream(), fromNanos, toNanos)));
    return gaps;
  }

  private static Duration longest(Stream<Long> arrivals, long fromNanos, long toNanos) {
    long[] bounded =
        LongStream.concat(
                LongStream.of(fromNanos, toNanos),
                arrivals
                    .mapToLong(nanos -> nanos)
                    .filter(nanos -> nanos > fromNanos && nanos < toNanos))
            .sorted()
            .toArray();
    return Duration.ofNanos(
        IntStream.range(1, bounded.length)
            .mapToLong(i -> bounded[i] - bounded[i - 1])
            .max()
            .orElseThrow());
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    reader.join();
  }
}
