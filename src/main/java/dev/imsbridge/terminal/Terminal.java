package dev.imsbridge.terminal;

import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;

/**
 * The environment and streams of a command. Runs the command, and closes its parts when a signal, a
 * fault or the end of its work ends it.
 *
 * @param interactive whether the output goes to a terminal
 */
public record Terminal(
    Map<String, String> environment,
    InputStream in,
    CommandOutput out,
    PrintStream err,
    boolean interactive) {
  // The documented limit for stopping is 10 s.
  private static final Duration CLOSE_WITHIN = Duration.ofMillis(9_500);

  /** Prints a line that is not a failure on standard error. */
  public void say(String line) {
    err.println("imsbridge: " + SafeText.safe(line));
  }

  /** Whether the output may contain control sequences: it goes to a terminal that supports them. */
  public boolean acceptsControlSequences() {
    return interactive && supportsControlSequences();
  }

  /** Whether the terminal, if there is one, supports control sequences. */
  public boolean supportsControlSequences() {
    String name = environment.getOrDefault("TERM", "");
    return !name.isEmpty() && !name.equals("dumb");
  }

  /** The work of a command. */
  public interface Body {
    void run(Lifecycle parts) throws Exception;
  }

  /**
   * Runs the body, and closes its parts even if it fails.
   *
   * @param signalIsSuccess whether a signal ends the process with code 0 instead of 130 or 143;
   *     true for commands that only a signal ends
   */
  public void run(boolean signalIsSuccess, Body body) throws Exception {
    Lifecycle parts = new Lifecycle(CLOSE_WITHIN);
    Thread hook = new Thread(() -> onSignal(parts, signalIsSuccess), "on-signal");
    Runtime.getRuntime().addShutdownHook(hook);
    try (parts) {
      body.run(parts);
    } finally {
      remove(hook);
    }
  }

  private static void onSignal(Lifecycle parts, boolean signalIsSuccess) {
    int code = parts.onSignal();
    if (signalIsSuccess || code != 0) {
      Runtime.getRuntime().halt(code);
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook is already running and ends the process.
      return;
    }
  }
}
