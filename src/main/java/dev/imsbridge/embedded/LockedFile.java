package dev.imsbridge.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file that at most one owner in all processes holds locked. The lock ends when the owner closes
 * the file or its process ends.
 *
 * @param channel open for reading and writing
 */
public record LockedFile(FileChannel channel) implements AutoCloseable {

  /**
   * Locks a file. Creates it and its directory if they do not exist.
   *
   * @return empty if another owner, in this or another process, holds the lock
   */
  public static Optional<LockedFile> lock(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Locked by this process.
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    return locked ? Optional.of(new LockedFile(channel)) : Optional.empty();
  }

  /** Releases the lock. Keeps the file, because the next owner may already have opened it. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
