package dev.imsbridge.bench.bridges;

import dev.imsbridge.bench.common.Benchmark;
import dev.imsbridge.bench.common.SampleAnswers;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Makes a bridge know many jobs: writes to {@code observations} the accepted requests, and the last
 * answers of those jobs that have ended. The open jobs follow the ended ones. Used by one thread.
 */
final class KnownJobs {
  private static final Duration PATIENCE = Duration.ofHours(2);
  private static final Duration INTERVAL = Duration.ofMillis(200);

  private final KafkaAccess kafka;
  private final TopicNames topics;
  private final String group;
  private final ProjectRef project;
  private final int partitions;
  private final int all;
  private final int open;

  /**
   * @param group the consumer group of the bridge
   * @param open how many of the jobs have not ended
   */
  KnownJobs(
      KafkaAccess kafka,
      TopicNames topics,
      String group,
      ProjectRef project,
      int partitions,
      int all,
      int open) {
    this.kafka = kafka;
    this.topics = topics;
    this.group = group;
    this.project = project;
    this.partitions = partitions;
    this.all = all;
    this.open = open;
  }

  /** Returns the partition of a job. */
  int partition(String id) {
    return RootPartition.of(id, partitions);
  }

  int partitions() {
    return partitions;
  }

  /** Returns the id of an open job of a partition. */
  String openJob(int partition, int number) {
    return LongStream.range(all - open, all)
        .mapToObj(SampleAnswers::id)
        .filter(id -> partition(id) == partition)
        .skip(number)
        .findFirst()
        .orElseThrow(() -> CommandFailure.usage("--watches: too few for each partition"));
  }

  /** Writes the records and waits until all are acknowledged. */
  void write() {
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (KafkaProducer<byte[], byte[]> producer = kafka.producer(Map.of("linger.ms", 5))) {
      for (int i = 0; i < all && failure.get() == null; i++) {
        String id = SampleAnswers.id(i);
        send(producer, request(id, i), failure);
        if (i < all - open) {
          send(producer, answer(id, "SUCCESS"), failure);
        }
      }
      producer.flush();
    }
    if (failure.get() != null) {
      throw new KafkaException("cannot write to " + topics.observations(), failure.get());
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      ProducerRecord<byte[], byte[]> record,
      AtomicReference<Exception> failure) {
    var unused =
        producer.send(
            record,
            (metadata, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
  }

  private ProducerRecord<byte[], byte[]> request(String id, int number) {
    int partition = partition(id);
    OutputRecord record =
        LogCodec.encodeRequest(
            new JobRequest(id, project, new TreeMap<>(), null, JobRequest.Correlation.NONE),
            new Evidence(topics.requests(), partition, number),
            Instant.now());
    return new ProducerRecord<>(
        topics.observations(),
        partition,
        record.timestamp(),
        record.key(),
        record.value(),
        record.headers());
  }

  /** Returns the record of an answer. */
  ProducerRecord<byte[], byte[]> answer(String id, String status) {
    return SampleAnswers.of(id, project, status).record(topics.observations(), partition(id));
  }

  /** Waits until the bridge has folded everything in {@code observations}. */
  void awaitFolded() throws Exception {
    List<TopicPartition> log =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(topics.observations(), partition))
            .toList();
    try (Admin admin = kafka.admin();
        KafkaConsumer<byte[], byte[]> consumer = kafka.consumer()) {
      Benchmark.await(
          () -> lag(admin, consumer, log) == 0,
          PATIENCE,
          INTERVAL,
          "the bridge did not fold the jobs");
    }
  }

  private long lag(Admin admin, KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> log)
      throws InterruptedException {
    try {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      Map<TopicPartition, Long> ends = consumer.endOffsets(log);
      return log.stream()
          .mapToLong(
              each ->
                  ends.get(each) - (committed.get(each) == null ? 0 : committed.get(each).offset()))
          .sum();
    } catch (ExecutionException e) {
      throw new KafkaException("cannot read the offsets of " + group, e.getCause());
    }
  }
}
