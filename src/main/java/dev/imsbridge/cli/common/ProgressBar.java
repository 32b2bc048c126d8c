package dev.imsbridge.cli.common;

import dev.imsbridge.history.TopicReader;
import dev.imsbridge.terminal.Terminal;
import java.util.Locale;

/**
 * A progress bar on a {@link TerminalLine}. Shows nothing during the first 0.4 s. Owned by one
 * thread.
 */
public final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final long EVERY_NANOS = 100_000_000;
  private static final long FIRST_NANOS = 400_000_000;

  private final TerminalLine line;
  private final long start = System.nanoTime();
  private long next = start + FIRST_NANOS;

  public ProgressBar(Terminal terminal) {
    line = TerminalLine.of(terminal);
  }

  public void show(TopicReader.Progress progress) {
    show(progress, "read");
  }

  /**
   * @param what the operation that makes the progress
   */
  public void show(TopicReader.Progress progress, String what) {
    long now = System.nanoTime();
    if (now - next >= 0) {
      line.show(line(progress.passed(), progress.all(), what, now - start));
      next = now + EVERY_NANOS;
    }
  }

  static String line(long passed, long all, String what, long nanos) {
    double part = all == 0 ? 1 : Math.min(1, (double) passed / all);
    int full = (int) (part * WIDTH);
    double seconds = nanos / 1e9;
    return String.format(
        Locale.ROOT,
        "%s%s %3d%%  %,d of %,d %s  %,d/s",
        "#".repeat(full),
        ".".repeat(WIDTH - full),
        (int) (part * 100),
        passed,
        all,
        what,
        seconds == 0 ? 0 : (long) (passed / seconds));
  }

  @Override
  public void close() {
    line.close();
  }
}
