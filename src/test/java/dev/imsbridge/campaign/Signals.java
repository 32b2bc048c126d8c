package dev.imsbridge.campaign;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Signals that {@link Process} cannot send. */
final class Signals {
  private Signals() {}

  static void pause(long pid) throws IOException, InterruptedException {
    send("STOP", pid);
  }

  static void resume(long pid) throws IOException, InterruptedException {
    send("CONT", pid);
  }

  private static void send(String signal, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor(10, TimeUnit.SECONDS);
  }
}
