package dev.imsbridge.bench.bridges;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.bench.common.Benchmark;
import dev.imsbridge.bench.common.ChildProcess;
import dev.imsbridge.bench.common.Report;
import dev.imsbridge.config.Keys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A bridge with a state directory of its own, in a separate process that can be killed and started
 * again. Used by one thread.
 */
final class BridgeChild implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final Duration COPYING = Duration.ofMinutes(10);
  private static final Duration INTERVAL = Duration.ofMillis(50);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path directory;
  private final String heap;
  private final List<String> settings;

  /** The same for each start, as that of a service. */
  private final int port;

  private ChildProcess process;

  /**
   * @param directory data and state
   * @param heap as {@code -Xmx} takes it
   * @param settings what {@code --set} takes, without directories and the address of HTTP
   */
  BridgeChild(Path directory, String heap, List<String> settings) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    this.directory = directory;
    this.heap = heap;
    this.settings = List.copyOf(settings);
  }

  /**
   * Starts the bridge and waits until all its state is restored and its watches are read.
   *
   * @param more further settings for this start
   * @return the time from the start of the process
   */
  Duration start(List<String> more) throws Exception {
    long begin = System.nanoTime();
    List<String> arguments = new ArrayList<>(List.of("run"));
    Stream.concat(settings.stream(), more.stream())
        .forEach(setting -> arguments.add("--set=" + setting));
    arguments.add("--set=" + Keys.HTTP_LISTEN + "=127.0.0.1:" + port);
    arguments.add("--set=" + Keys.DATA_DIR + "=" + directory);
    process = ChildProcess.start(List.of("-Xmx" + heap), "imsbridge ready", arguments);
    URI ready = uri("/readyz");
    // A bridge that has ended refuses the connection, which ends the command too.
    Benchmark.await(
        () -> get(ready).statusCode() == 200,
        PATIENCE,
        INTERVAL,
        "the bridge did not become ready");
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private URI uri(String path) {
    String address = process.address();
    return URI.create(address.substring(address.indexOf("http://")) + path);
  }

  private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /**
   * Waits until each partition has a standby copy, and until those of this bridge are complete. It
   * must have started without local state: no progress is known of a copy that was complete.
   */
  void awaitCopies(int partitions) throws Exception {
    Benchmark.await(
        () -> copied(partitions), COPYING, INTERVAL, "the standby copies did not become complete");
  }

  private boolean copied(int partitions) throws IOException, InterruptedException {
    URI uri = uri("/api/v1/partitions");
    int standbys = 0;
    int own = 0;
    for (JsonNode each : Report.JSON.readTree(get(uri).body()).path("partitions")) {
      if (each.path("state").asText().equals("STANDBY")
          && each.path("topic").asText().endsWith("observations")) {
        standbys++;
        if (each.path("instance").asText().equals(uri.getAuthority())) {
          own++;
          if (each.path("remaining").asLong(1) != 0) {
            return false;
          }
        }
      }
    }
    return standbys == partitions && own > 0;
  }

  RunningJvm.Use use() throws IOException {
    try (RunningJvm jvm = RunningJvm.of(process.process().pid())) {
      return jvm.use();
    }
  }

  /** The bytes of the files of its state. */
  long stateBytes() throws IOException {
    return files().stream().mapToLong(file -> file.toFile().length()).sum();
  }

  Duration cpu() {
    return process.cpu();
  }

  void kill() throws InterruptedException {
    process.kill();
  }

  /** Deletes the state of a bridge that has ended. */
  void wipe() throws IOException {
    for (Path each : files()) {
      Files.deleteIfExists(each);
    }
  }

  /** Files of the state before the folders that they are in. RocksDB may delete some meanwhile. */
  private List<Path> files() throws IOException {
    Path state = directory.resolve("streams");
    List<Path> found = new ArrayList<>();
    if (Files.exists(state)) {
      try (Stream<Path> all = Files.walk(state)) {
        all.sorted(Comparator.reverseOrder()).forEach(found::add);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    return found;
  }

  /** Stops the bridge with SIGTERM. */
  void stop() {
    process.close();
  }

  /** Kills the bridge: an orderly stop may take longer than the command has to end. */
  @Override
  public void close() {
    if (process != null) {
      process.process().destroyForcibly();
    }
  }
}
