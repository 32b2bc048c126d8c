package dev.imsbridge.bench.common;

import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Terminal;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Option;

/** A subcommand of {@code imsbridge bench}: measures, and prints a report. */
public abstract class Benchmark implements Callable<Integer> {
  protected final Terminal terminal;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  protected Benchmark(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Runs the benchmark.
   *
   * @param parts are closed after the report is printed
   * @throws CommandFailure if an option is out of range
   */
  protected abstract Report measure(Lifecycle parts) throws Exception;

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

  protected static void checkHeap(String heap) {
    if (!heap.matches("[0-9]{1,6}[mg]")) {
      throw CommandFailure.usage("--heap: a number with m or g, such as 512m");
    }
  }

  protected static void check(String option, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw CommandFailure.usage(
          "%s: %s to %s".formatted(option, Report.plain(least), Report.plain(most)));
    }
  }

  /**
   * Looks at {@code check} in intervals until it returns true.
   *
   * @throws CommandFailure with {@code failure} if that takes longer than {@code patience}
   */
  public static void await(
      Callable<Boolean> check, Duration patience, Duration interval, String failure)
      throws Exception {
    long until = System.nanoTime() + patience.toNanos();
    while (!check.call()) {
      if (System.nanoTime() - until > 0) {
        throw CommandFailure.fault(failure, null);
      }
      TimeUnit.NANOSECONDS.sleep(interval.toNanos());
    }
  }
}
