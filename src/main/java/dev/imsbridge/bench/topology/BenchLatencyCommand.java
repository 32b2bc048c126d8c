package dev.imsbridge.bench.topology;

import dev.imsbridge.bench.common.RepeatedBenchmark;
import dev.imsbridge.bench.common.Report;
import dev.imsbridge.bench.common.Round;
import dev.imsbridge.bench.common.SampleAnswers;
import dev.imsbridge.bench.topology.TopologyPair.Side;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Terminal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge bench latency}: measures how soon a transition can be read. */
@Command(
    name = "latency",
    description =
        "Measures the time from an answer until its transition can be read, at constant rates of"
            + " answers, with default settings and with those for low latency, beside a bare"
            + " topology, with a Kafka in another process.")
public final class BenchLatencyCommand extends RepeatedBenchmark {
  /** The settings that docs/operations.md recommends for low latency. */
  static final List<String> LOW_LATENCY =
      List.of(
          "kafka.streams.commit.interval.ms=10",
          "kafka.streams.poll.ms=5",
          "kafka.streams.producer.linger.ms=0",
          "kafka.producer.linger.ms=0");

  @Option(
      names = "--rates",
      paramLabel = "NUMBER",
      split = ",",
      defaultValue = "5,1000",
      description = "Answers per second. Default: ${DEFAULT-VALUE}.")
  private List<Double> rates;

  @Option(
      names = "--seconds",
      paramLabel = "NUMBER",
      defaultValue = "10",
      description = "Seconds per round. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Settings for low latency; may be repeated. Default: those of docs/operations.md.")
  private List<String> settings = LOW_LATENCY;

  public BenchLatencyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void check() {
    super.check();
    if (rates.stream().anyMatch(rate -> !(rate >= 0.1 && rate <= 100_000))) {
      throw CommandFailure.usage("--rates: numbers of 0.1 to 100000");
    }
    check("--seconds", seconds, 0.1, 3600);
  }

  @Override
  protected Report measure(Lifecycle parts, BridgeConfig config, Supplier<Duration> brokerCpu)
      throws Exception {
    List<LatencyReport.Row> rows = new ArrayList<>();
    rows.addAll(measure("defaults", config, List.of(), brokerCpu));
    rows.addAll(measure("low latency", config, settings, brokerCpu));
    String method =
        ("All answers of %s rounds of %s s, after %s rounds of warm-up; %s partitions. The latency of"
                + " an answer is the time from its planned write until a read_committed consumer has"
                + " its transition. CPU, in cores, is that of the broker and of the whole process,"
                + " including the producer and the consumer of the benchmark. The bare topology stores"
                + " and sends as much and decides nothing; its rounds alternate with the bridge's. Low"
                + " latency: %s. %s")
            .formatted(
                rounds,
                Report.plain(seconds),
                warmUp,
                partitions,
                String.join(", ", settings),
                Report.machine());
    return new LatencyReport(method, rows);
  }

  private List<LatencyReport.Row> measure(
      String name, BridgeConfig config, List<String> more, Supplier<Duration> brokerCpu)
      throws Exception {
    List<String> own = new ArrayList<>(more);
    own.add(Keys.TOPICS_PREFIX + "=" + name.replace(' ', '-') + ".");
    List<LatencyReport.Row> rows = new ArrayList<>();
    try (TopologyPair pair = new TopologyPair(with(config, own))) {
      for (double rate : rates) {
        LatencyReport.Samples bridge = new LatencyReport.Samples();
        LatencyReport.Samples bare = new LatencyReport.Samples();
        for (int i = 0; i < warmUp + rounds; i++) {
          if (i == warmUp) {
            bridge = new LatencyReport.Samples();
            bare = new LatencyReport.Samples();
          }
          bridge(pair, rate, bridge, brokerCpu);
          timed(pair, pair.bare(), jobs(pair, rate), rate, bare, brokerCpu);
        }
        rows.add(bridge.row(name, rate, "bridge"));
        rows.add(bare.row(name, rate, "bare"));
      }
    }
    return rows;
  }

  private List<String> jobs(TopologyPair pair, double rate) {
    double answers = rate * seconds;
    return pair.names((int) Math.max(1, Math.round(answers / SampleAnswers.STATUSES.size())));
  }

  private void bridge(
      TopologyPair pair, double rate, LatencyReport.Samples samples, Supplier<Duration> brokerCpu)
      throws InterruptedException {
    List<String> ids = jobs(pair, rate);
    ids.forEach(pair::ask);
    pair.read(pair.watches(), ids.size());
    timed(pair, pair.bridge(), ids, rate, samples, brokerCpu);
    // The watches with their job types, and their tombstones.
    pair.read(pair.watches(), 2 * ids.size());
  }

  private static void timed(
      TopologyPair pair,
      Side side,
      List<String> ids,
      double rate,
      LatencyReport.Samples samples,
      Supplier<Duration> brokerCpu)
      throws InterruptedException {
    Round before = Round.now(0, 0, brokerCpu);
    long[] latencies = OpenLoop.run(pair, side, ids, rate);
    samples.add(Round.now(latencies.length, 0, brokerCpu).since(before), LongStream.of(latencies));
  }
}
