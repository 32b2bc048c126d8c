package dev.imsbridge.terminal;

import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;

/**
 * The environment of a command. Runs the command's parts until a signal, a fault or the command's
 * own work ends it.
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
  public boolean steerable() {
    return interactive && knowsSequences();
  }

  /** Whether the terminal, if there is one, supports control sequences. */
  public boolean knowsSequences() {
    String name = environment.getOrDefault("TERM", "");
    return !name.isEmpty() && !name.equals("dumb");
  }

  public interface Body {
    void run(Lifecycle parts) throws Exception;
  }

  /**
   * Runs the body, and closes its parts however it ends.
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
      // The hook is running already and ends the process.
      return;
    }
  }
}
