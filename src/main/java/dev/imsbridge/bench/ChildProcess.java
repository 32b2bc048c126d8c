package dev.imsbridge.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.config.EnvironmentName;
import dev.imsbridge.config.Keys;
import dev.imsbridge.terminal.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A simulator or a broker in a separate process, so that its cost is not measured as the bridge's.
 * {@link #close} ends it.
 *
 * @param address the address that it serves: a URL, or a host and port
 */
record ChildProcess(Process process, String address) implements AutoCloseable {
  /** The main class. Named here only, because {@code cli} knows this package. */
  static final String MAIN = "dev.imsbridge.cli.ImsBridge";

  /**
   * Starts a command of this program with the Java and the classes of this process, and waits until
   * it is ready.
   *
   * @throws CommandFailure if it does not become ready
   */
  static ChildProcess start(String command, String... arguments) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN,
                command));
    line.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put(EnvironmentName.of(Keys.LOG_LEVEL), "warn");
    Process process = builder.start();
    String ready = command + " ready ";
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    String said = out.readLine();
    if (said == null || !said.startsWith(ready)) {
      process.destroyForcibly();
      throw CommandFailure.fault(
          "the %s did not start in its own process".formatted(command), null);
    }
    return new ChildProcess(process, said.substring(ready.length()).strip());
  }

  /** Returns the CPU time used so far; zero if the system does not report it. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(3, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
