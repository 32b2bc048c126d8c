package dev.imsbridge.bench.poll;

import dev.imsbridge.bench.common.Benchmark;
import dev.imsbridge.bench.common.Report;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge bench memory}: measures the heap used by open watches. */
@Command(
    name = "memory",
    description = {
      "Opens many watches and measures the heap of each.",
      "IMSBRIDGE_OPTS=-Xmx1g runs it with a heap of 1 GiB."
    })
public final class BenchMemoryCommand extends Benchmark {
  private static final double MIB = 1 << 20;

  @Option(
      names = "--watches",
      paramLabel = "NUMBER",
      defaultValue = "200000",
      description = "Number of watches. Default: ${DEFAULT-VALUE}.")
  private int watches;

  public BenchMemoryCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected Report measure(Lifecycle parts) throws InterruptedException {
    if (watches < 1_000 || watches > 50_000_000) {
      throw CommandFailure.usage(
          "--watches: 1000 to 50000000; fewer cannot be measured in the heap");
    }
    WatchBench.Found found = WatchBench.measure(watches, 1);
    return new MemoryReport(
        watches,
        found.heapBytes(),
        found.heapBytes() / watches,
        Runtime.getRuntime().maxMemory(),
        found.opening().toMillis(),
        found.scheduling().toNanos());
  }

  private record MemoryReport(
      int watches,
      long heapBytes,
      long heapBytesPerWatch,
      long heapMaxBytes,
      long openingMs,
      long scheduleNanosPerGet)
      implements Report {
    @Override
    public String text() {
      return Report.format(
          "%d open watches use %.0f MiB of a heap of at most %.0f MiB: %d bytes each.%n"
              + "They were read and opened in %.1f s. Scheduling takes %.1f us per GET, with the"
              + " parsing of a short answer.%n",
          watches,
          heapBytes / MIB,
          heapMaxBytes / MIB,
          heapBytesPerWatch,
          openingMs / 1e3,
          scheduleNanosPerGet / 1e3);
    }
  }
}
