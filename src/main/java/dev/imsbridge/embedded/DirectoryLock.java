package dev.imsbridge.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The right to use a data directory, held until closed or until the process ends.
 *
 * <p>Kafka locks its log directory as well, but only after it has formatted and read it.
 */
final class DirectoryLock implements AutoCloseable {

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock, creating the directory where there is none. */
  static DirectoryLock take(Path directory) {
    FileChannel channel;
    try {
      Files.createDirectories(directory);
      channel =
          FileChannel.open(
              directory.resolve("kafka.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new EmbeddedKafkaException.DirectoryUnusable(directory, e);
    }
    return lock(channel, directory);
  }

  private static DirectoryLock lock(FileChannel channel, Path directory) {
    var held = new DirectoryLock(channel);
    try {
      if (channel.tryLock() != null) {
        return held;
      }
      held.close();
      throw new EmbeddedKafkaException.DirectoryInUse(directory, null);
    } catch (OverlappingFileLockException e) {
      held.close();
      throw new EmbeddedKafkaException.DirectoryInUse(directory, e);
    } catch (IOException e) {
      held.close();
      throw new EmbeddedKafkaException.DirectoryUnusable(directory, e);
    }
  }

  /** Closing the channel releases its lock. The file stays: removing it would race a successor. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
