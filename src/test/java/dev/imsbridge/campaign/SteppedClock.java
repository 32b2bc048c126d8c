package dev.imsbridge.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The wall clock of one process, which libfaketime moves while the process runs. The system
 * property {@code campaign.faketime} names the library. It makes the start of a JVM ten times as
 * expensive, so campaigns use it only if asked.
 */
final class SteppedClock {
  private final Path file;

  /**
   * @param file receives the present step; created
   */
  SteppedClock(Path file) throws IOException {
    this.file = file;
    step(Duration.ZERO);
  }

  static Optional<Path> library() {
    return Optional.ofNullable(System.getProperty("campaign.faketime"))
        .map(Path::of)
        .filter(Files::isReadable);
  }

  /** Returns the environment of a process with this clock. */
  Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD",
        library().orElseThrow().toString(),
        "FAKETIME_TIMESTAMP_FILE",
        file.toString(),
        // Timeouts count on.
        "FAKETIME_DONT_FAKE_MONOTONIC",
        "1",
        "FAKETIME_CACHE_DURATION",
        "1");
  }

  /** Moves the clock to this distance from the right time, within about 1 s. */
  void step(Duration ahead) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(next, "%+d%n".formatted(ahead.toSeconds()));
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
