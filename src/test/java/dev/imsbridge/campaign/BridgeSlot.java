package dev.imsbridge.campaign;

import dev.imsbridge.campaign.FlakyProxy.Mode;
import dev.imsbridge.cli.BridgeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One of the bridges of a campaign, with its state directory, and a proxy to the simulator. A
 * bridge that ends by itself is started again, as a supervisor does. Thread-safe.
 */
final class BridgeSlot implements AutoCloseable {
  private static final String READY = "imsbridge ready";
  private static final String HEAP = "160m";
  private static final Duration ORDERLY = Duration.ofSeconds(40);

  private final int index;
  private final Path directory;
  private final Path state;
  private final int httpPort;
  private final int spareHttpPort;
  private final FlakyProxy ims;
  private final List<String> settings;
  private final Map<String, String> environment;
  private BridgeProcess process;
  private boolean wanted;

  /** An end that no fault of the plan asked for. */
  record Ended(int bridge, int exitCode, String line) {}

  /**
   * How a second bridge on a state directory fared.
   *
   * @param ready whether it began to work
   * @param ended how it ended; empty if it was still starting
   */
  record Shared(boolean ready, Optional<Ended> ended) {}

  /**
   * @param settings what {@code --set} takes, without directories and addresses
   * @param environment variables of the process
   */
  BridgeSlot(
      int index,
      Path parent,
      int simulatorPort,
      FreePorts ports,
      List<String> settings,
      Map<String, String> environment)
      throws IOException {
    this.index = index;
    directory = Files.createDirectories(parent.resolve("bridge" + index));
    state = Files.createDirectories(state(parent, index));
    httpPort = ports.next();
    spareHttpPort = ports.next();
    ims = new FlakyProxy(ports.next(), simulatorPort);
    this.settings = List.copyOf(settings);
    this.environment = Map.copyOf(environment);
  }

  String url() {
    return "http://127.0.0.1:" + httpPort;
  }

  /** The state directory of a bridge. */
  static Path state(Path parent, int index) {
    return parent.resolve("bridge" + index).resolve("state");
  }

  void network(Mode mode) {
    ims.set(mode);
  }

  synchronized void start() throws IOException {
    if (process == null || !process.isAlive()) {
      process = launch(httpPort);
    }
    wanted = true;
  }

  synchronized boolean alive() {
    return process.isAlive();
  }

  /** Whether the bridge has begun to work. */
  synchronized boolean ready() {
    return process.out().contains(READY);
  }

  private BridgeProcess launch(int port) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("run"));
    settings.forEach(setting -> arguments.add("--set=" + setting));
    arguments.add("--set=ims.endpoint=http://127.0.0.1:" + ims.port());
    arguments.add("--set=http.listen=127.0.0.1:" + port);
    arguments.add("--set=data.dir=" + directory.resolve("data"));
    arguments.add("--set=state.dir=" + state);
    return BridgeProcess.start(HEAP, directory, environment, arguments.toArray(String[]::new));
  }

  synchronized void kill() throws InterruptedException {
    wanted = false;
    process.close();
  }

  /** Stops the bridge with SIGTERM. Returns the exit code; -1 if it did not end in 40 s. */
  synchronized int stop() throws InterruptedException {
    wanted = false;
    process.signal(false);
    try {
      return process.awaitExit(ORDERLY);
    } catch (AssertionError e) {
      process.close();
      return -1;
    }
  }

  synchronized void pause() throws IOException, InterruptedException {
    Signals.pause(process.pid());
  }

  synchronized void resume() throws IOException, InterruptedException {
    Signals.resume(process.pid());
  }

  /** Starts the bridge again if it ended by itself, and returns how it ended. */
  synchronized Optional<Ended> supervise() throws IOException, InterruptedException {
    if (!wanted || process.isAlive()) {
      return Optional.empty();
    }
    Ended ended = new Ended(index, process.awaitExit(), lastLine(process));
    process = launch(httpPort);
    return Optional.of(ended);
  }

  /** Starts a second bridge on the same state directory, for a while. */
  Shared share(Duration within) throws IOException, InterruptedException {
    try (BridgeProcess second = launch(spareHttpPort)) {
      boolean running = false;
      int exitCode = 0;
      try {
        exitCode = second.awaitExit(within);
      } catch (AssertionError e) {
        running = true;
      }
      return new Shared(
          second.out().contains(READY),
          running ? Optional.empty() : Optional.of(new Ended(index, exitCode, lastLine(second))));
    }
  }

  private static String lastLine(BridgeProcess ended) {
    return ended.err().lines().reduce("", (before, line) -> line.isBlank() ? before : line);
  }

  // ---- the state directory of a stopped bridge

  void deleteState() throws IOException {
    for (Path each : files()) {
      Files.deleteIfExists(each);
    }
  }

  /** Overwrites the middle of some files, and cuts others short. */
  void damageState(long seed) throws IOException {
    Random random = new Random(seed);
    for (Path each : files()) {
      if (Files.isRegularFile(each) && Files.size(each) > 0 && random.nextInt(3) == 0) {
        byte[] bytes = Files.readAllBytes(each);
        if (random.nextBoolean()) {
          bytes = Arrays.copyOf(bytes, bytes.length / 2);
        } else {
          byte[] noise = new byte[Math.min(64, bytes.length)];
          random.nextBytes(noise);
          System.arraycopy(noise, 0, bytes, (bytes.length - noise.length) / 2, noise.length);
        }
        Files.write(each, bytes);
      }
    }
  }

  /** Everything below the directory, files before their folders. */
  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(state)) {
      return all.filter(each -> !each.equals(state)).sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The last lines that the present process has logged. */
  synchronized String log(int lines) {
    List<String> all = process.err().lines().toList();
    return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
  }

  @Override
  public synchronized void close() throws Exception {
    wanted = false;
    if (process != null) {
      process.close();
    }
    ims.close();
  }
}
