package dev.imsbridge.bench.common;

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
 * A simulator, a broker or a bridge in a separate process, so that its cost is not measured as the
 * bridge's. {@link #close} ends it.
 *
 * @param address the address that it serves: a URL, or a host and port
 */
public record ChildProcess(Process process, String address) implements AutoCloseable {
  /** The main class. Named here only, because {@code cli} knows this package. */
  static final String MAIN = "dev.imsbridge.cli.ImsBridge";

  /** A bridge leaves its groups and closes its state within this time. */
  private static final int CLOSING_SECONDS = 20;

  /**
   * Starts a simulator or a broker with the Java and the classes of this process, and waits until
   * it is ready.
   *
   * @throws CommandFailure if it does not become ready
   */
  public static ChildProcess start(String command, String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(command));
    line.addAll(List.of(arguments));
    return start(List.of("-XX:+UseSerialGC", "-Xmx1g"), command + " ready ", line);
  }

  /**
   * Starts a command of this program, as the other {@code start}. Settings in the environment do
   * not apply to it.
   *
   * @param jvm options of the JVM
   * @param ready the begin of the first line that it prints; the address follows
   * @param arguments the command and its arguments
   */
  public static ChildProcess start(List<String> jvm, String ready, List<String> arguments)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(jvm);
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    line.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("IMSBRIDGE_") || name.startsWith("HUAWEICLOUD_"));
    builder.environment().put(EnvironmentName.of(Keys.LOG_LEVEL), "warn");
    Process process = builder.start();
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    String said = out.readLine();
    if (said == null || !said.startsWith(ready)) {
      process.destroyForcibly();
      throw CommandFailure.fault(
          "the %s did not start in its own process".formatted(arguments.get(0)), null);
    }
    return new ChildProcess(process, said.substring(ready.length()).strip());
  }

  /** Returns the CPU time used so far; zero if the system does not report it. */
  public Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Ends the process at once, as {@code kill -9}. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
