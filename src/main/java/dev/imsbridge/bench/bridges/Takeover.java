package dev.imsbridge.bench.bridges;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.bench.common.Benchmark;
import dev.imsbridge.service.KafkaAccess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;

/**
 * Kills one of two bridges, and measures how long the other one needs until it polls the watches of
 * each partition, and until it folds each partition. Used by one thread, except for {@link Polls}.
 */
final class Takeover {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration INTERVAL = Duration.ofMillis(10);
  private static final Duration WINDOW = Duration.ofSeconds(3);

  private final KafkaAccess kafka;
  private final KnownJobs jobs;
  private final String transitions;

  /**
   * The times since the kill, until the last partition.
   *
   * @param polled until a watch of each partition was polled
   * @param folded until an answer in each partition, written at the kill, could be read as a
   *     transition
   */
  record Taken(Duration polled, Duration folded) {}

  /** When a bridge polled each partition first, since the last {@link #reset}. Thread-safe. */
  static final class Polls {
    private final KnownJobs jobs;
    private final Map<Integer, Long> first = new ConcurrentHashMap<>();

    Polls(KnownJobs jobs) {
      this.jobs = jobs;
    }

    void polled(String jobId) {
      first.putIfAbsent(jobs.partition(jobId), System.nanoTime());
    }

    void reset() {
      first.clear();
    }

    Set<Integer> partitions() {
      return Set.copyOf(first.keySet());
    }
  }

  /**
   * @param transitions the topic
   */
  Takeover(KafkaAccess kafka, KnownJobs jobs, String transitions) {
    this.kafka = kafka;
    this.jobs = jobs;
    this.transitions = transitions;
  }

  /**
   * Kills {@code first} when both bridges poll.
   *
   * @param number of the takeover, as each ends other jobs
   */
  Taken measure(BridgeChild first, Polls ofFirst, Polls ofSecond, int number) throws Exception {
    awaitShared(ofFirst, ofSecond);
    List<TopicPartition> partitions = kafka.partitions(List.of(transitions));
    try (KafkaConsumer<byte[], byte[]> reader = kafka.consumer();
        KafkaProducer<byte[], byte[]> producer = kafka.producer()) {
      Set<String> probes = new HashSet<>();
      for (int i = 0; i < jobs.partitions(); i++) {
        probes.add(jobs.openJob(i, number));
      }
      reader.assign(partitions);
      reader.seekToEnd(partitions);
      partitions.forEach(reader::position);
      ofSecond.reset();
      long killed = System.nanoTime();
      first.kill();
      for (String id : probes) {
        var unused = producer.send(jobs.answer(id, "SUCCESS"));
      }
      producer.flush();
      Duration folded = awaitFolded(reader, probes, killed);
      Duration polled = awaitPolled(ofSecond, killed);
      return new Taken(polled, folded);
    }
  }

  /** Waits until each bridge polls partitions that the other one does not poll. */
  private void awaitShared(Polls first, Polls second) throws Exception {
    first.reset();
    second.reset();
    Benchmark.await(
        () -> {
          List<Integer> all = new ArrayList<>(first.partitions());
          all.addAll(second.partitions());
          boolean shared =
              all.size() == jobs.partitions()
                  && Set.copyOf(all).size() == all.size()
                  && !first.partitions().isEmpty()
                  && !second.partitions().isEmpty();
          first.reset();
          second.reset();
          return shared;
        },
        PATIENCE,
        WINDOW,
        "the bridges do not share the partitions");
  }

  private Duration awaitPolled(Polls second, long killed) throws Exception {
    Benchmark.await(
        () -> second.partitions().size() == jobs.partitions(),
        PATIENCE,
        INTERVAL,
        "the other bridge does not poll the watches of the killed one");
    long last = second.first.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    return Duration.ofNanos(last - killed);
  }

  private static Duration awaitFolded(
      KafkaConsumer<byte[], byte[]> reader, Set<String> probes, long killed) throws Exception {
    Benchmark.await(
        () -> {
          for (ConsumerRecord<byte[], byte[]> record : reader.poll(INTERVAL)) {
            if (new String(record.value(), UTF_8).contains("\"SUCCESS\"")) {
              probes.remove(new String(record.key(), UTF_8));
            }
          }
          return probes.isEmpty();
        },
        PATIENCE,
        Duration.ZERO,
        "the other bridge does not fold the partitions of the killed one");
    return Duration.ofNanos(System.nanoTime() - killed);
  }
}
