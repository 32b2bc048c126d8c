package dev.imsbridge.bench.common;

import dev.imsbridge.terminal.Terminal;
import picocli.CommandLine.Option;

/** A benchmark on a broker that repeats short rounds. */
public abstract class RepeatedBenchmark extends BrokerBenchmark {
  @Option(
      names = "--rounds",
      paramLabel = "NUMBER",
      defaultValue = "5",
      description = "Number of rounds; the result is their median. Default: ${DEFAULT-VALUE}.")
  protected int rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "NUMBER",
      defaultValue = "3",
      description = "Rounds before the measurement. Default: ${DEFAULT-VALUE}.")
  protected int warmUp;

  protected RepeatedBenchmark(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void check() {
    check("--rounds", rounds, 1, 1000);
    check("--warm-up", warmUp, 0, 1000);
  }
}
