package dev.imsbridge.bench;

import dev.imsbridge.terminal.CommandFailure;
import picocli.CommandLine.Option;

/** Options of the benchmarks that start their own Kafka broker. */
final class BenchOptions {
  @Option(
      names = "--partitions",
      paramLabel = "NUMBER",
      defaultValue = "6",
      description = "Partitions of each topic. Default: ${DEFAULT-VALUE}.")
  int partitions;

  @Option(
      names = "--rounds",
      paramLabel = "NUMBER",
      defaultValue = "5",
      description = "Number of rounds; the result is their median. Default: ${DEFAULT-VALUE}.")
  int rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "NUMBER",
      defaultValue = "3",
      description = "Rounds before the measurement. Default: ${DEFAULT-VALUE}.")
  int warmUp;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  /**
   * @throws CommandFailure if an option is out of range
   */
  void check() {
    check("--partitions", partitions, 1, 1000);
    check("--rounds", rounds, 1, 1000);
    check("--warm-up", warmUp, 0, 1000);
  }

  static void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw CommandFailure.usage("%s: %s to %s".formatted(option, least, most));
    }
  }
}
