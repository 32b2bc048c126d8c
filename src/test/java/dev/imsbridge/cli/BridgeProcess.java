package dev.imsbridge.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** The application in a separate process, as a user starts it. {@link #close} kills it. */
public final class BridgeProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Process process;
  private final Path out;
  private final Path err;

  private BridgeProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * @param directory the working directory, which also receives the output files
   */
  public static BridgeProcess start(
      Path directory, Map<String, String> environment, String... arguments) throws IOException {
    return start("512m", directory, environment, arguments);
  }

  /**
   * @param heap the largest heap, as {@code -Xmx} takes it
   */
  public static BridgeProcess start(
      String heap, Path directory, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + heap,
                "-cp",
                classPath(),
                ImsBridge.class.getName()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("IMSBRIDGE_") || name.startsWith("HUAWEICLOUD_"));
    builder.environment().put("XDG_DATA_HOME", directory.toString());
    builder.environment().putAll(environment);
    return new BridgeProcess(builder.start(), out, err);
  }

  /** Returns the class path without the tests and their configuration, as users have it. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Waits for a line on standard output with this prefix, and returns the rest of it. */
  public String awaitLine(String begin) {
    Awaitility.await()
        .atMost(PATIENCE)
        .conditionEvaluationListener(null)
        .until(() -> !process.isAlive() || line(begin).isPresent());
    return line(begin)
        .orElseThrow(() -> new AssertionError("ended with " + process.exitValue() + ": " + err()))
        .substring(begin.length())
        .strip();
  }

  // A process writes a line in parts, so a line counts only with its end.
  private Optional<String> line(String begin) {
    String out = out();
    return out.substring(0, out.lastIndexOf('\n') + 1)
        .lines()
        .filter(line -> line.startsWith(begin))
        .findFirst();
  }

  /** Sends SIGKILL if {@code forcibly}, or else SIGTERM. */
  public void signal(boolean forcibly) {
    if (forcibly) {
      process.destroyForcibly();
    } else {
      process.destroy();
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public int awaitExit(Duration within) throws InterruptedException {
    if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running after " + within + ": " + err());
    }
    return process.exitValue();
  }

  public int awaitExit() throws InterruptedException {
    return awaitExit(PATIENCE);
  }

  public String out() {
    return read(out);
  }

  public String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
