package dev.imsbridge.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge bench topology}: what becomes of requests and answers, and how soon. */
@Command(
    name = "topology",
    description =
        "Measures how many requests and answers a second the topology takes in, exactly once, the "
            + "CPU for each, and how soon a transition can be read, on a Kafka of its own in another "
            + "process.")
final class BenchTopologyCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--jobs",
      paramLabel = "NUMBER",
      defaultValue = "20000",
      description = "Jobs in each round, three answers each. Default: ${DEFAULT-VALUE}.")
  private int jobs;

  @Option(
      names = "--partitions",
      paramLabel = "NUMBER",
      defaultValue = "6",
      description = "Partitions of each topic. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--rounds",
      paramLabel = "NUMBER",
      defaultValue = "5",
      description = "Rounds of which the median is told. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "NUMBER",
      defaultValue = "2",
      description = "Rounds before those that count. Default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(
      names = "--probes",
      paramLabel = "NUMBER",
      defaultValue = "100",
      description = "Single answers that are timed. Default: ${DEFAULT-VALUE}.")
  private int probes;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  BenchTopologyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    check("--jobs", jobs, 100, 1_000_000);
    check("--partitions", partitions, 1, 1000);
    check("--rounds", rounds, 1, 1000);
    check("--warm-up", warmUp, 0, 1000);
    check("--probes", probes, 10, 100_000);
    surroundings.run(
        false,
        parts -> {
          ScratchDirectory scratch =
              parts.start("files", () -> ScratchDirectory.create("imsbridge-bench"));
          OwnProcess broker =
              parts.start(
                  "Kafka",
                  () ->
                      OwnProcess.start(
                          "kafka",
                          "--port",
                          "0",
                          "--data",
                          scratch.path().resolve("kafka").toString()));
          // Nothing of this machine's settings: they are for another Kafka.
          BridgeConfig config =
              BridgeConfig.load(
                  null,
                  Map.of(),
                  List.of(
                      "kafka.bootstrap.servers=" + broker.address(),
                      "topics.partitions=" + partitions,
                      "data.dir=" + scratch.path(),
                      "ims.region=cn-north-4",
                      "ims.project.id=0123456789abcdef0123456789abcdef",
                      "log.level=warn"));
          TopologyMeasurement measurement =
              parts.start("measurement", () -> new TopologyMeasurement(config, broker::cpu));
          TopologyReport report =
              new TopologyReport(
                  jobs,
                  partitions,
                  measurement.measure(jobs, warmUp, rounds),
                  measurement.probe(probes));
          surroundings.out().print(json ? report.json() : report.text());
        });
    return 0;
  }

  private static void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw CommandFailure.usage("%s: %d to %d".formatted(option, least, most));
    }
  }
}
