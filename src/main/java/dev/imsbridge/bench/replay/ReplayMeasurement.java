package dev.imsbridge.bench.replay;

import dev.imsbridge.bench.common.Round;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.replay.EventJson;
import dev.imsbridge.history.replay.EventRate;
import dev.imsbridge.history.replay.PrintSink;
import dev.imsbridge.history.replay.Replay;
import dev.imsbridge.history.replay.ReplayFilter;
import dev.imsbridge.history.replay.ReplayProgress;
import dev.imsbridge.history.replay.ReplaySink;
import dev.imsbridge.history.replay.TopicSink;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.TopicAccess;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Measures replays and a consumer that discards its records in alternating rounds, so that other
 * load on the machine affects all of them. Opening and closing clients is not measured. Used by one
 * thread.
 */
final class ReplayMeasurement {
  private static final ReplayFilter ONE_STATUS =
      new ReplayFilter(Set.of(), Set.of(), Set.of("SUCCESS"), Map.of(), null, null);

  /** The ways to process the events. */
  enum Way {
    PLAIN("plain consumer"),
    COUNT("count"),
    FILTER("count one status"),
    PRINT("print JSON"),
    PUBLISH("publish"),
    COPY("bare copy");

    private final String text;

    Way(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private final KafkaAccess kafka;
  private final TopicAccess topics;
  private final Supplier<Duration> brokerCpu;
  private final String source;
  private int targets;

  /**
   * @param brokerCpu returns the CPU time that the broker has used so far
   */
  ReplayMeasurement(
      KafkaAccess kafka, TopicAccess topics, Supplier<Duration> brokerCpu, String source) {
    this.kafka = kafka;
    this.topics = topics;
    this.brokerCpu = brokerCpu;
    this.source = source;
  }

  /** Runs each way {@code rounds} times, after {@code warmUp} rounds that are not measured. */
  Map<Way, List<Round>> measure(int warmUp, int rounds) throws Exception {
    Map<Way, List<Round>> measured = new EnumMap<>(Way.class);
    for (int i = 0; i < warmUp + rounds; i++) {
      for (Way way : Way.values()) {
        Round round = run(way);
        if (i >= warmUp) {
          measured.computeIfAbsent(way, each -> new ArrayList<>()).add(round);
        }
      }
    }
    return measured;
  }

  private Round run(Way way) throws Exception {
    return switch (way) {
      case PLAIN -> read(record -> {});
      case COUNT -> replay(ReplayFilter.all(), record -> true, replay -> replay);
      case FILTER -> replay(ONE_STATUS, record -> true, replay -> replay);
      case PRINT ->
          replay(
              ReplayFilter.all(),
              new PrintSink(
                  new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                  EventJson::line),
              Replay::inTimeOrder);
      case PUBLISH ->
          toTopic(
              (producer, target) ->
                  replay(
                      ReplayFilter.all(),
                      new TopicSink(producer, target, "bench"),
                      replay -> replay));
      case COPY -> toTopic(this::copy);
    };
  }

  /** Reads as a program with Kafka's default settings would. */
  private Round read(Consumer<ConsumerRecord<byte[], byte[]>> use) throws Exception {
    List<TopicPartition> partitions = kafka.partitions(List.of(source));
    try (KafkaConsumer<byte[], byte[]> consumer = kafka.consumer()) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long all = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
      return timed(
          () -> {
            long read = 0;
            while (read < all) {
              ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
              records.forEach(use);
              read += records.count();
            }
            return read;
          });
    }
  }

  private Round copy(KafkaProducer<byte[], byte[]> producer, String target) throws Exception {
    return read(
        record -> {
          var unused =
              producer.send(
                  new ProducerRecord<>(
                      target,
                      record.partition(),
                      record.timestamp(),
                      record.key(),
                      record.value(),
                      record.headers()));
        });
  }

  private interface Publishing {
    Round run(KafkaProducer<byte[], byte[]> producer, String target) throws Exception;
  }

  private Round toTopic(Publishing publishing) throws Exception {
    String target = "bench.again." + targets++;
    topics.createTarget(target, source);
    try (KafkaProducer<byte[], byte[]> producer = kafka.producer(TopicSink.PRODUCER)) {
      return publishing.run(producer, target);
    } finally {
      try (Admin admin = kafka.admin()) {
        admin.deleteTopics(List.of(target)).all().get();
      }
    }
  }

  private Round replay(ReplayFilter filter, ReplaySink sink, UnaryOperator<Replay> order)
      throws Exception {
    try (TopicReader reader =
        TopicReader.open(kafka.consumer(TopicReader.CONSUMER), kafka.partitions(List.of(source)))) {
      Replay replay =
          order.apply(
              new Replay(
                  reader,
                  ReplayProgress.none("bench", "bench"),
                  filter,
                  EventRate.of(Double.POSITIVE_INFINITY),
                  sink));
      return timed(() -> replay.run(null, progress -> {}).read());
    }
  }

  private Round timed(Callable<Long> reading) throws Exception {
    Round before = Round.now(0, 0, brokerCpu);
    long records = reading.call();
    return Round.now(records, 0, brokerCpu).since(before);
  }
}
