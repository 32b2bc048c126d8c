package dev.imsbridge.service;

import dev.imsbridge.config.UserData;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
      return under(LibraryProbe.first(parents), name);
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

  @Override
  public void close() throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
