package dev.imsbridge.campaign;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A small file system in memory that can be filled. Mounting one needs the rights of root. */
final class SmallDisk implements AutoCloseable {
  private static final int BLOCK = 1 << 16;

  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  /** Whether this process may mount file systems. */
  static boolean available(Path scratch) throws IOException, InterruptedException {
    try (SmallDisk disk = mount(Files.createDirectories(scratch), 1)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Mounts a file system on a directory.
   *
   * @throws IOException if it cannot be mounted
   */
  static SmallDisk mount(Path directory, int megabytes) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", directory.toString());
    return new SmallDisk(directory);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + " failed");
    }
  }

  /** Writes until no byte is left. */
  void fill() throws IOException {
    byte[] zeros = new byte[BLOCK];
    try (OutputStream file = Files.newOutputStream(filler())) {
      while (true) {
        file.write(zeros);
      }
    } catch (IOException e) {
      if (directory.toFile().getUsableSpace() >= BLOCK) {
        throw e;
      }
    }
  }

  /** Gives the space back. */
  void free() throws IOException {
    Files.deleteIfExists(filler());
  }

  private Path filler() {
    return directory.resolve("filler");
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run("umount", "-l", directory.toString());
  }
}
