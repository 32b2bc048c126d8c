package dev.imsbridge.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether a directory can be written to, found out by writing. */
final class WriteProbe {
  private static final int BYTES = 1 << 20;

  private WriteProbe() {}

  /** What keeps a mebibyte from being written there; empty when nothing does. */
  static Optional<IOException> objection(Path directory) {
    try {
      var file = Files.createTempFile(directory, "probe", ".tmp");
      try {
        Files.write(file, new byte[BYTES]);
      } finally {
        Files.delete(file);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }
}
