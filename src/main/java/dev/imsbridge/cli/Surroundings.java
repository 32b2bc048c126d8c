package dev.imsbridge.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;

/**
 * What a command finds around it, and the way to run until something ends it.
 *
 * @param terminal whether a person at a terminal reads the output
 */
record Surroundings(
    Map<String, String> environment,
    InputStream in,
    CommandOutput out,
    PrintStream err,
    boolean terminal) {
  // What is promised to whoever stops the process is ten seconds.
  private static final Duration CLOSE_WITHIN = Duration.ofMillis(9_500);

  /** A line on standard error that is no failure. */
  void say(String line) {
    err.println("imsbridge: " + Screen.safe(line));
  }

  /** Whether the output may hold control sequences: a terminal reads it, and knows them. */
  boolean steerable() {
    return terminal && knowsSequences();
  }

  /** Whether the terminal, if there is one, knows control sequences. */
  boolean knowsSequences() {
    String name = environment.getOrDefault("TERM", "");
    return !name.isEmpty() && !name.equals("dumb");
  }

  interface Body {
    void run(Lifecycle parts) throws Exception;
  }

  /**
   * Runs the body with its parts, and closes them, whatever ends it.
   *
   * @param signalIsSuccess whether a signal ends the process with code 0 instead of 130 or 143: so
   *     it does what only a signal ends
   */
  void run(boolean signalIsSuccess, Body body) throws Exception {
    Lifecycle parts = new Lifecycle(CLOSE_WITHIN);
    Thread hook = new Thread(() -> onSignal(parts, signalIsSuccess), "on-signal");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      try (parts) {
        body.run(parts);
      }
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
      // It is running: the process ends there.
      return;
    }
  }
}
