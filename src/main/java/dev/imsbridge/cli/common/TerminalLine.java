package dev.imsbridge.cli.common;

import dev.imsbridge.terminal.Terminal;
import java.io.PrintStream;

/**
 * One line on standard error that is overwritten and finally erased. A line that is too long for
 * the terminal is truncated, because a wrapped line cannot be erased. Shows nothing if standard
 * error is not a terminal. Owned by one thread.
 */
public final class TerminalLine implements AutoCloseable {
  private static final String ERASE = "\r\u001b[K";
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";

  private final PrintStream err;
  private final boolean shown;
  private boolean written;

  /**
   * @param shown whether the stream is a terminal
   */
  public TerminalLine(PrintStream err, boolean shown) {
    this.err = err;
    this.shown = shown;
  }

  /** Creates a line. The launcher passes whether standard error is a terminal. */
  public static TerminalLine of(Terminal terminal) {
    return new TerminalLine(
        terminal.err(),
        Boolean.getBoolean("imsbridge.terminal.err") && terminal.supportsControlSequences());
  }

  public boolean shown() {
    return shown;
  }

  /**
   * @param text without control characters
   */
  public void show(String text) {
    if (shown) {
      err.print(ERASE + NO_WRAP + text + WRAP);
      err.flush();
      written = true;
    }
  }

  /** Erases the line, so that other text may be printed. */
  @Override
  public void close() {
    if (written) {
      err.print(ERASE);
      err.flush();
      written = false;
    }
  }
}
