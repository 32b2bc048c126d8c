package dev.imsbridge.service;

import dev.imsbridge.topology.TopologyService;
import dev.imsbridge.wire.TopicNames;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Publishes the state of the topology as meters: readiness, written records, and a few of the about
 * 1,200 metrics of Kafka Streams, combined over threads and tasks. They show the state at the last
 * {@link #update}. One thread calls {@link #update}; any thread may read the meters.
 */
final class TopologyMeters {

  /** The published metrics of Kafka Streams. */
  private enum StreamsMetric {
    PROCESS_RATE("stream-thread-metrics", "process-rate", "Records processed a second.", true),
    COMMIT_RATE("stream-thread-metrics", "commit-rate", "Commits a second.", true),
    COMMIT_LATENCY_AVG(
        "stream-thread-metrics", "commit-latency-avg", "Milliseconds of a commit.", false),
    COMMIT_LATENCY_MAX(
        "stream-thread-metrics", "commit-latency-max", "Milliseconds of the longest.", false),
    FAILED_STREAM_THREADS("stream-metrics", "failed-stream-threads", "Threads that failed.", true),
    RESTORE_REMAINING_RECORDS(
        "stream-task-metrics",
        "restore-remaining-records-total",
        "Records of the state that are still to be restored.",
        true),
    RECORDS_LAG_MAX(
        "consumer-fetch-manager-metrics",
        "records-lag-max",
        "Records of the partition that is furthest behind.",
        false);

    private final String group;
    private final String metric;
    private final String text;
    private final boolean summed;

    StreamsMetric(String group, String metric, String text, boolean summed) {
      this.group = group;
      this.metric = metric;
      this.text = text;
      this.summed = summed;
    }

    /** Combines the values of two threads or tasks. */
    double combine(double one, double other) {
      return summed ? one + other : Math.max(one, other);
    }

    String meter() {
      return "imsbridge.streams." + name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    static Optional<StreamsMetric> of(MetricName name) {
      return Arrays.stream(values())
          .filter(each -> each.metric.equals(name.name()) && each.group.equals(name.group()))
          .findFirst();
    }
  }

  /** The metrics with the bytes of each store: its files and its write buffers. */
  private static final Set<String> STORE_BYTES =
      Set.of("total-sst-files-size", "size-all-mem-tables");

  private record State(
      boolean ready,
      KafkaStreams.State state,
      Map<StreamsMetric, Double> streams,
      Map<String, Double> written,
      double storeBytes) {}

  private final TopologyService topology;
  private volatile State last = new State(false, null, Map.of(), Map.of(), 0);

  /** Registers the meters. */
  TopologyMeters(TopologyService topology, TopicNames topics, MeterRegistry registry) {
    this.topology = topology;
    Gauge.builder("imsbridge.topology.ready", this, own -> own.last.ready() ? 1 : 0)
        .description("Whether the topology processes, all its state restored.")
        .register(registry);
    for (KafkaStreams.State each : KafkaStreams.State.values()) {
      Gauge.builder("imsbridge.streams.state", this, own -> own.last.state() == each ? 1 : 0)
          .description("1 for the state Kafka Streams is in, else 0.")
          .tag("state", each.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    Gauge.builder("imsbridge.state.bytes", this, own -> own.last.storeBytes())
        .description("Size of the local state, standby copies included: files and write buffers.")
        .register(registry);
    for (StreamsMetric each : StreamsMetric.values()) {
      Gauge.builder(each.meter(), this, own -> own.last.streams().getOrDefault(each, 0.0))
          .description(each.text)
          .register(registry);
    }
    List<String> written =
        List.of(
            topics.transitions(),
            topics.completions(),
            topics.status(),
            topics.audit(),
            topics.watches(),
            topics.observations(),
            topics.deadLetters());
    for (String topic : written) {
      String tag = topic.substring(topics.prefix().length());
      FunctionCounter.builder(
              "imsbridge.records.written", this, own -> own.last.written().getOrDefault(topic, 0.0))
          .description("Records the topology wrote.")
          .tag("topic", tag)
          .register(registry);
    }
  }

  /** Reads the topology's state and returns whether it is ready. */
  boolean update() {
    Map<StreamsMetric, Double> streamsMetrics = new HashMap<>();
    Map<String, Double> written = new HashMap<>();
    topology
        .streams()
        .metrics()
        .forEach(
            (name, metric) -> {
              StreamsMetric.of(name)
                  .ifPresent(each -> streamsMetrics.merge(each, value(metric), each::combine));
              String topic = name.tags().get("topic");
              if (name.name().equals("records-produced-total") && topic != null) {
                written.merge(topic, value(metric), Double::sum);
              }
            });
    KafkaStreams.State state = topology.streams().state();
    last =
        new State(
            topology.ready(),
            state,
            Map.copyOf(streamsMetrics),
            Map.copyOf(written),
            state == KafkaStreams.State.RUNNING ? storeBytes() : last.storeBytes());
    return last.ready();
  }

  // Read only while the topology runs: a rebalance or shutdown closes the database that these
  // metrics read.
  private double storeBytes() {
    return topology.streams().metrics().entrySet().stream()
        .filter(each -> STORE_BYTES.contains(each.getKey().name()))
        .mapToDouble(each -> value(each.getValue()))
        .sum();
  }

  // Rates and latencies are not finite before the first record.
  private static double value(Metric metric) {
    return metric.metricValue() instanceof Number number && Double.isFinite(number.doubleValue())
        ? number.doubleValue()
        : 0;
  }
}
