package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A simulator in a process of its own, so that what it costs is not taken for what the bridge
 * costs. It ends when it is closed.
 */
record SimulatorProcess(Process process, URI uri) implements AutoCloseable {
  private static final String READY = "simulator ready ";

  /**
   * Starts it with this process's own Java and classes, on a free port of 127.0.0.1, and waits
   * until it answers.
   */
  static SimulatorProcess start(double speed) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx1g",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ImsBridge.class.getName(),
                    "simulator",
                    "--port",
                    "0",
                    "--speed",
                    Double.toString(speed)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    String line = out.readLine();
    if (line == null || !line.startsWith(READY)) {
      process.destroyForcibly();
      throw CommandFailure.fault("the simulator did not start in a process of its own", null);
    }
    return new SimulatorProcess(process, URI.create(line.substring(READY.length()).strip()));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(3, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
