package dev.imsbridge.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The wall clock of one process, which the library made of {@code src/test/clock.c} moves while the
 * process runs. The system property {@code campaign.clock} names the library.
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
    return Optional.ofNullable(System.getProperty("campaign.clock"))
        .map(Path::of)
        .filter(Files::isReadable);
  }

  /** Returns the environment of a process with this clock. */
  Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", library().orElseThrow().toString(), "CAMPAIGN_CLOCK", file.toString());
  }

  /** Moves the clock to this distance from the right time, within about 1 s. */
  void step(Duration ahead) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(next, "%+d%n".formatted(ahead.toSeconds()));
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
