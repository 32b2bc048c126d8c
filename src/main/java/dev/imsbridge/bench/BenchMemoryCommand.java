package dev.imsbridge.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Terminal;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge bench memory}: measures the heap used by open watches. */
@Command(
    name = "memory",
    description = {
      "Opens many watches and measures the heap of each.",
      "IMSBRIDGE_OPTS=-Xmx1g runs it with a heap of 1 GiB."
    })
final class BenchMemoryCommand implements Callable<Integer> {
  private static final double MIB = 1 << 20;

  private final Terminal terminal;

  @Option(
      names = "--watches",
      paramLabel = "NUMBER",
      defaultValue = "200000",
      description = "Number of watches. Default: ${DEFAULT-VALUE}.")
  private int watches;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  BenchMemoryCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (watches < 1_000 || watches > 50_000_000) {
      throw CommandFailure.usage("--watches: 1000 to 50000000, fewer do not show in the heap");
    }
    WatchBench.Found found = WatchBench.measure(watches, 1);
    terminal.out().print(json ? json(found) : text(found));
    return 0;
  }

  private static String text(WatchBench.Found found) {
    return String.format(
        Locale.ROOT,
        "%d open watches hold %.0f MiB of a heap of at most %.0f MiB: %d bytes each.%n"
            + "They were read and opened in %.1f s. Each GET costs the schedule %.1f us, parsing a"
            + " short answer included.%n",
        found.watches(),
        found.heapBytes() / MIB,
        Runtime.getRuntime().maxMemory() / MIB,
        found.bytesPerWatch(),
        found.opening().toMillis() / 1e3,
        found.scheduling().toNanos() / 1e3);
  }

  private static String json(WatchBench.Found found) {
    return JsonNodeFactory.instance
            .objectNode()
            .put("watches", found.watches())
            .put("heap_bytes", found.heapBytes())
            .put("heap_bytes_per_watch", found.bytesPerWatch())
            .put("heap_max_bytes", Runtime.getRuntime().maxMemory())
            .put("opening_ms", found.opening().toMillis())
            .put("schedule_nanos_per_get", found.scheduling().toNanos())
            .toPrettyString()
        + "\n";
  }
}
