package dev.imsbridge.service;

import dev.imsbridge.wire.TopicNames;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Publishes the state of the topology as meters: readiness, written records, and a few of the about
 * 1,200 metrics of Kafka Streams, combined over threads and tasks. They show the state at the last
 * {@link #look}. One thread calls {@link #look}; any thread may read the meters.
 */
final class TopologyMeters implements MeterBinder {

  /** How to combine the values of several threads or tasks. */
  private enum Together {
    SUM,
    MAX;

    double of(double one, double other) {
      return this == SUM ? one + other : Math.max(one, other);
    }
  }

  /** The published metrics of Kafka Streams. */
  private enum Taken {
    PROCESS_RATE(
        "stream-thread-metrics", "process-rate", "Records processed a second.", Together.SUM),
    COMMIT_RATE("stream-thread-metrics", "commit-rate", "Commits a second.", Together.SUM),
    COMMIT_LATENCY_AVG(
        "stream-thread-metrics", "commit-latency-avg", "Milliseconds of a commit.", Together.MAX),
    COMMIT_LATENCY_MAX(
        "stream-thread-metrics",
        "commit-latency-max",
        "Milliseconds of the longest.",
        Together.MAX),
    FAILED_STREAM_THREADS(
        "stream-metrics", "failed-stream-threads", "Threads that failed.", Together.SUM),
    RESTORE_REMAINING_RECORDS(
        "stream-task-metrics",
        "restore-remaining-records-total",
        "Records of the state that are still to be restored.",
        Together.SUM),
    RECORDS_LAG_MAX(
        "consumer-fetch-manager-metrics",
        "records-lag-max",
        "Records of the partition that is furthest behind.",
        Together.MAX);

    private final String group;
    private final String metric;
    private final String text;
    private final Together together;

    Taken(String group, String metric, String text, Together together) {
      this.group = group;
      this.metric = metric;
      this.text = text;
      this.together = together;
    }

    String meter() {
      return "imsbridge.streams." + name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    static Optional<Taken> of(MetricName name) {
      return Arrays.stream(values())
          .filter(each -> each.metric.equals(name.name()) && each.group.equals(name.group()))
          .findFirst();
    }
  }

  private record State(
      boolean ready,
      KafkaStreams.State state,
      Map<Taken, Double> streams,
      Map<String, Double> written) {}

  private final BooleanSupplier ready;
  private final Supplier<KafkaStreams.State> state;
  private final Supplier<Map<MetricName, ? extends Metric>> streams;
  private final TopicNames topics;
  private volatile State last = new State(false, null, Map.of(), Map.of());

  /**
   * @param state the state of the running Kafka Streams
   * @param streams the metrics of the running Kafka Streams
   */
  TopologyMeters(
      BooleanSupplier ready,
      Supplier<KafkaStreams.State> state,
      Supplier<Map<MetricName, ? extends Metric>> streams,
      TopicNames topics) {
    this.ready = ready;
    this.state = state;
    this.streams = streams;
    this.topics = topics;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("imsbridge.topology.ready", this, own -> own.last.ready() ? 1 : 0)
        .description("Whether the topology processes, all its state restored.")
        .register(registry);
    for (KafkaStreams.State each : KafkaStreams.State.values()) {
      Gauge.builder("imsbridge.streams.state", this, own -> own.last.state() == each ? 1 : 0)
          .description("1 for the state Kafka Streams is in, else 0.")
          .tag("state", each.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    for (Taken each : Taken.values()) {
      Gauge.builder(each.meter(), this, own -> own.last.streams().getOrDefault(each, 0.0))
          .description(each.text)
          .register(registry);
    }
    for (String topic : written()) {
      String word = topic.substring(topics.prefix().length());
      FunctionCounter.builder(
              "imsbridge.records.written", this, own -> own.last.written().getOrDefault(topic, 0.0))
          .description("Records the topology wrote.")
          .tag("topic", word)
          .register(registry);
    }
  }

  private List<String> written() {
    return List.of(
        topics.transitions(),
        topics.completions(),
        topics.status(),
        topics.audit(),
        topics.watches(),
        topics.observations(),
        topics.deadLetters());
  }

  /** Reads the topology's state and returns whether it is ready. */
  boolean look() {
    Map<Taken, Double> taken = new HashMap<>();
    Map<String, Double> written = new HashMap<>();
    streams
        .get()
        .forEach(
            (name, metric) -> {
              Taken.of(name).ifPresent(each -> taken.merge(each, value(metric), each.together::of));
              String topic = name.tags().get("topic");
              if (name.name().equals("records-produced-total") && topic != null) {
                written.merge(topic, value(metric), Double::sum);
              }
            });
    last = new State(ready.getAsBoolean(), state.get(), Map.copyOf(taken), Map.copyOf(written));
    return last.ready();
  }

  // Rates and latencies are not finite before the first record.
  private static double value(Metric metric) {
    return metric.metricValue() instanceof Number number && Double.isFinite(number.doubleValue())
        ? number.doubleValue()
        : 0;
  }
}
