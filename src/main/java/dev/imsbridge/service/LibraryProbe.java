package dev.imsbridge.service;

import dev.imsbridge.terminal.SafeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tests whether native libraries can be loaded from a directory, by writing a file to it. */
final class LibraryProbe {
  private LibraryProbe() {}

  /**
   * Returns the first usable directory.
   *
   * @throws IOException if none is usable; the message names each with its reason
   */
  static Path first(List<Path> directories) throws IOException {
    List<String> objections = new ArrayList<>();
    for (Path directory : directories) {
      Optional<String> objection = objection(directory);
      if (objection.isEmpty()) {
        return directory;
      }
      objections.add(objection.get());
    }
    throw new IOException(String.join("; ", objections));
  }

  /**
   * Returns the reason why the directory is unusable; empty if it is usable. Creates the directory.
   */
  static Optional<String> objection(Path directory) {
    try {
      Files.createDirectories(directory);
      Path probe = Files.createTempFile(directory, "probe", ".tmp");
      try {
        // Linux denies this access on a noexec mount, even to root.
        return probe.toFile().setExecutable(true) && Files.isExecutable(probe)
            ? Optional.empty()
            : Optional.of(directory + " is mounted noexec");
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      return Optional.of(directory + " is not writable (" + SafeText.reason(e) + ")");
    }
  }
}
