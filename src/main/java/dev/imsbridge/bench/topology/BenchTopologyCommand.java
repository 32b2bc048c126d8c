package dev.imsbridge.bench.topology;

import dev.imsbridge.bench.common.RepeatedBenchmark;
import dev.imsbridge.bench.common.Report;
import dev.imsbridge.bench.common.TopicSizes;
import dev.imsbridge.bench.topology.TopologyMeasurement.Stored;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Terminal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge bench topology}: measures the throughput and the latency of the topology. */
@Command(
    name = "topology",
    description =
        "Measures the rate at which the topology processes requests and answers, exactly once, the"
            + " CPU time per record, and the time until a transition can be read, with a Kafka in"
            + " another process.")
public final class BenchTopologyCommand extends RepeatedBenchmark {
  @Option(
      names = "--jobs",
      paramLabel = "NUMBER",
      defaultValue = "20000",
      description = "Jobs in each round, three answers each. Default: ${DEFAULT-VALUE}.")
  private int jobs;

  @Option(
      names = "--probes",
      paramLabel = "NUMBER",
      defaultValue = "100",
      description = "Single answers whose latency is measured. Default: ${DEFAULT-VALUE}.")
  private int probes;

  public BenchTopologyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void check() {
    super.check();
    check("--jobs", jobs, 100, 1_000_000);
    check("--probes", probes, 10, 100_000);
  }

  @Override
  protected Report measure(Lifecycle parts, BridgeConfig config, Supplier<Duration> brokerCpu)
      throws Exception {
    TopologyPair pair = parts.start("topologies", () -> new TopologyPair(config));
    Admin admin = parts.start("admin", KafkaAccess.of(config)::admin);
    TopologyMeasurement measurement =
        new TopologyMeasurement(pair, new TopicSizes(admin), brokerCpu);
    measurement.measure(jobs, warmUp, rounds);
    String method =
        ("Medians of %s rounds after a warm-up. %s jobs and three answers for each in %s partitions,"
                + " written while the topology is paused. CPU is that of the whole process, including"
                + " the consumer of the outputs; the broker is another process on the same machine."
                + " For each answer, the bare topology stores and sends the records that the bridge"
                + " has computed for an answer of another job, and does nothing else; its rounds"
                + " alternate with the bridge's. Stored bytes: all published records, compressed, as"
                + " the broker keeps them. %s")
            .formatted(rounds, jobs, partitions, Report.machine());
    return new TopologyReport(
        method,
        TopologyReport.Side.of(measurement.requests()),
        TopologyReport.Side.of(measurement.answers()),
        TopologyReport.Side.of(measurement.bareAnswers()),
        ratio(measurement.answers(), measurement.bareAnswers()),
        TopologyReport.Lag.of(measurement.probe(probes)));
  }

  private static double ratio(List<Stored> answers, List<Stored> bare) {
    double[] ratios = new double[answers.size()];
    Arrays.setAll(
        ratios, i -> answers.get(i).round().perSecond() / bare.get(i).round().perSecond());
    return Report.median(ratios);
  }
}
