package dev.imsbridge.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Tests whether a directory is writable and has free space, by writing 1 MiB. */
final class WriteProbe {
  private static final int BYTES = 1 << 20;

  private WriteProbe() {}

  /** Returns the error of the write; empty if it succeeds. */
  static Optional<IOException> failure(Path directory) {
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
