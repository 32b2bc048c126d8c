package dev.imsbridge.service;

import dev.imsbridge.config.UserData;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;

/** A temporary directory. {@link #close} deletes it and its contents. */
public record ScratchDirectory(Path path) implements AutoCloseable {

  /**
   * Creates a directory under the temp directory, or under this user's data directory if native
   * libraries cannot be loaded from the temp directory.
   *
   * @throws CommandFailure if both are unusable
   */
  public static ScratchDirectory create(Map<String, String> environment, String name)
      throws IOException {
    List<Path> parents = List.of(NativeLibraries.temporary(), UserData.directory(environment));
    try {
      return under(firstUsable(parents), name);
    } catch (IOException e) {
      throw CommandFailure.fault(
          "no directory for temporary files: %s: set %s"
              .formatted(SafeText.safe(e.getMessage()), NativeLibraries.TEMPORARY),
          e);
    }
  }

  static ScratchDirectory under(Path parent, String name) throws IOException {
    return new ScratchDirectory(Files.createTempDirectory(parent, name));
  }

  /**
   * Returns the first directory to which files can be written and from which native libraries can
   * be loaded.
   *
   * @throws IOException if none is usable; the message names each directory with its reason
   */
  static Path firstUsable(List<Path> directories) throws IOException {
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

  /** Creates the directory if it does not exist. Returns the reason if it is unusable. */
  private static Optional<String> objection(Path directory) {
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

  @Override
  public void close() throws IOException {
    Utils.delete(path.toFile());
  }
}
