package dev.imsbridge.topology;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs the topology in a separate process that a test can kill without finally blocks, shutdown
 * hooks or leaving the group.
 */
final class TopologyProcess implements AutoCloseable {
  private final Process process;

  private TopologyProcess(Process process) {
    this.process = process;
  }

  static TopologyProcess start(String bootstrapServers, String prefix, Path stateDirectory)
      throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            TopologyProcess.class.getName(),
            bootstrapServers,
            prefix,
            stateDirectory.toString());
    return new TopologyProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(new File(stateDirectory + ".log"))
            .start());
  }

  /** Kills the process with SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  public static void main(String[] arguments) throws InterruptedException {
    try (TopologyService service =
        TopologyService.start(
            TopologyIT.settings(arguments[1]),
            TopologyIT.config(arguments[0], arguments[1], Path.of(arguments[2])),
            new SimpleMeterRegistry(),
            failure -> {
              failure.printStackTrace();
              Runtime.getRuntime().halt(1);
            })) {
      Thread.currentThread().join();
    }
  }
}
