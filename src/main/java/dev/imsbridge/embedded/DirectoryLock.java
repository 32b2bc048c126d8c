package dev.imsbridge.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An exclusive lock on a data directory, held until it is closed or the process ends.
 *
 * <p>Kafka also locks its log directory, but only after it has formatted and read it.
 */
record DirectoryLock(FileChannel channel) implements AutoCloseable {

  /**
   * Acquires the lock. Creates the directory if it does not exist.
   *
   * @throws EmbeddedKafkaException if another broker holds the lock or the directory is not
   *     writable
   */
  static DirectoryLock acquire(Path directory) {
    try {
      Files.createDirectories(directory);
      var channel =
          FileChannel.open(
              directory.resolve("kafka.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (locked(channel)) {
        return new DirectoryLock(channel);
      }
      channel.close();
    } catch (IOException e) {
      throw new EmbeddedKafkaException.DirectoryUnusable(directory, e);
    }
    throw new EmbeddedKafkaException.DirectoryInUse(directory);
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Another broker of this process holds the lock.
      return false;
    }
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
