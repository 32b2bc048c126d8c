package dev.imsbridge.bench;

import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Terminal;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Option;

/** A subcommand of {@code imsbridge bench}: measures, and prints a report. */
abstract class Benchmark implements Callable<Integer> {
  final Terminal terminal;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  Benchmark(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Runs the benchmark.
   *
   * @param parts are closed after the report is printed
   * @throws CommandFailure if an option is out of range
   */
  abstract Report measure(Lifecycle parts) throws Exception;

  @Override
  public final Integer call() throws Exception {
    AtomicBoolean passed = new AtomicBoolean();
    terminal.run(
        false,
        parts -> {
          Report report = measure(parts);
          terminal.out().print(json ? report.json() : report.text());
          passed.set(report.passed());
        });
    return passed.get() ? 0 : CommandFailure.FAULT;
  }

  static void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw CommandFailure.usage("%s: %s to %s".formatted(option, least, most));
    }
  }
}
