package dev.imsbridge.bench;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.service.NativeLibraries;
import dev.imsbridge.service.ScratchDirectory;
import dev.imsbridge.terminal.Terminal;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code imsbridge bench topology}: measures the throughput and the latency of the topology. */
@Command(
    name = "topology",
    description =
        "Measures how many requests and answers a second the topology takes in, exactly once, the"
            + " CPU for each, and how soon a transition can be read, on a Kafka of its own in"
            + " another process.")
final class BenchTopologyCommand implements Callable<Integer> {
  private final Terminal terminal;

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
      description = "Single answers to time. Default: ${DEFAULT-VALUE}.")
  private int probes;

  @Mixin private BenchOptions options;

  BenchTopologyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    BenchOptions.check("--jobs", jobs, 100, 1_000_000);
    BenchOptions.check("--probes", probes, 10, 100_000);
    options.check();
    terminal.run(
        false,
        parts -> {
          ScratchDirectory scratch =
              parts.start(
                  "files",
                  () -> ScratchDirectory.create(terminal.environment(), "imsbridge-bench"));
          OwnProcess broker = OwnProcess.broker(parts, scratch);
          // Ignores the settings of this machine: they are for another cluster.
          BridgeConfig config =
              BridgeConfig.load(
                  null,
                  Map.of(),
                  List.of(
                      "kafka.bootstrap.servers=" + broker.address(),
                      "topics.partitions=" + options.partitions,
                      "data.dir=" + scratch.path(),
                      "ims.region=cn-north-4",
                      "ims.project.id=0123456789abcdef0123456789abcdef",
                      "log.level=warn"));
          NativeLibraries.ofService(scratch.path(), Keys.DATA_DIR)
              .load(EnumSet.of(NativeLibraries.Library.ROCKSDB));
          TopologyMeasurement measurement =
              parts.start("measurement", () -> new TopologyMeasurement(config, broker::cpu));
          TopologyReport report =
              new TopologyReport(
                  jobs,
                  options.partitions,
                  measurement.measure(jobs, options.warmUp, options.rounds),
                  measurement.probe(probes));
          terminal.out().print(options.json ? report.json() : report.text());
        });
    return 0;
  }
}
