package dev.imsbridge.cli;

import dev.imsbridge.history.TopicReader;
import java.io.PrintStream;
import java.util.Locale;

/**
 * How far reading has come, on one line of a terminal that is written over and over and gone in the
 * end. Shows nothing where standard error is no terminal, nor for what is over in a moment. Owned
 * by one thread.
 */
final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final long EVERY_NANOS = 100_000_000;
  private static final long FIRST_NANOS = 400_000_000;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream err;
  private final boolean shown;
  private final long start = System.nanoTime();
  private long next = start + FIRST_NANOS;
  private boolean written;

  ProgressBar(PrintStream err, boolean shown) {
    this.err = err;
    this.shown = shown;
  }

  /** The launcher says whether standard error is a terminal. */
  static ProgressBar of(Surroundings surroundings) {
    return new ProgressBar(
        surroundings.err(),
        Boolean.getBoolean("imsbridge.terminal.err") && surroundings.knowsSequences());
  }

  void show(TopicReader.Progress progress) {
    show(progress.passed(), progress.all(), "read");
  }

  /**
   * @param what was done to {@code passed} of {@code all}
   */
  void show(long passed, long all, String what) {
    long now = System.nanoTime();
    if (shown && now - next >= 0) {
      err.print(CLEAR + line(passed, all, what, now - start));
      err.flush();
      written = true;
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
    if (written) {
      err.print(CLEAR);
      err.flush();
      written = false;
    }
  }
}
