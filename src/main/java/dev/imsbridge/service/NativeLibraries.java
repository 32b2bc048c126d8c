package dev.imsbridge.service;

import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the native libraries of RocksDB and of Kafka's compression codecs, which are packaged in
 * jars.
 *
 * <p>By default each library extracts itself to the temp directory. That fails on a noexec or
 * read-only mount, and a process that is halted or killed leaves a copy behind. Therefore this
 * class extracts the libraries to a directory that it has tested, and deletes the files after
 * loading them. If the process is killed before, the next one deletes files that remain in the data
 * directory.
 *
 * <p>Thread-safe. A JVM loads a library once, so the results are kept for the process.
 */
public final class NativeLibraries {
  private static final Logger LOG = LoggerFactory.getLogger(NativeLibraries.class);
  private static final String LOCK = "lock";
  private static final String USABLE = "a writable directory that is not mounted noexec";

  /** How to set the temp directory, for messages. */
  static final String TEMPORARY = "JAVA_OPTS=-Djava.io.tmpdir=DIR, where DIR is " + USABLE;

  private static final Map<Library, Optional<String>> LOADED = new EnumMap<>(Library.class);

  public enum Library {
    ROCKSDB("RocksDB"),
    ZSTD("zstd"),
    SNAPPY("snappy"),
    LZ4("lz4");

    private final String name;

    Library(String name) {
      this.name = name;
    }
  }

  private static final Set<Library> CODECS = EnumSet.of(Library.ZSTD, Library.SNAPPY, Library.LZ4);

  private final List<Path> directories;
  private final String cure;

  private NativeLibraries(List<Path> directories, String cure) {
    this.directories = directories;
    this.cure = cure;
  }

  /**
   * Returns the libraries of a process that has a data directory. It is tried before the temp
   * directory.
   *
   * @param setting the name of the setting of the data directory
   */
  public static NativeLibraries ofService(Path dataDirectory, String setting) {
    return new NativeLibraries(
        List.of(under(dataDirectory), temporary()), "set %s to %s".formatted(setting, USABLE));
  }

  /**
   * Returns the libraries of a command. The temp directory is tried first, so that the command
   * leaves no files behind.
   */
  static NativeLibraries ofCommand(Path dataDirectory) {
    return new NativeLibraries(List.of(temporary(), under(dataDirectory)), "set " + TEMPORARY);
  }

  private static Path under(Path dataDirectory) {
    return dataDirectory.resolve("native");
  }

  static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
  }

  /**
   * Loads the needed libraries and all codecs. Logs a warning if a codec that is not needed cannot
   * be loaded.
   *
   * @param needed libraries without which the process cannot work
   * @throws CommandFailure if one of them cannot be loaded
   */
  public void load(Set<Library> needed) {
    Set<Library> wanted = EnumSet.copyOf(CODECS);
    wanted.addAll(needed);
    Map<Library, String> failures = failures(wanted);
    Map<Library, String> fatal = new EnumMap<>(failures);
    fatal.keySet().retainAll(needed);
    if (!fatal.isEmpty()) {
      throw CommandFailure.fault(text(fatal) + ": " + cure, null);
    }
    if (!failures.isEmpty()) {
      LOG.warn(
          "{}; records with this compression cannot be read or written: {}", text(failures), cure);
    }
  }

  /** Returns the codecs among the values of {@code compression.type}. */
  static Set<Library> codecs(Collection<String> compressionTypes) {
    Set<Library> named = EnumSet.copyOf(CODECS);
    named.removeIf(each -> !compressionTypes.contains(each.name));
    return named;
  }

  /** Like {@link #load}, but returns a finding. RocksDB is needed. */
  public Finding check() {
    Map<Library, String> failures = failures(EnumSet.allOf(Library.class));
    String subject = "native libraries";
    if (failures.isEmpty()) {
      return Finding.ok(subject, "RocksDB and all codecs of Kafka can be loaded");
    }
    return failures.containsKey(Library.ROCKSDB)
        ? Finding.fail(subject, text(failures), cure)
        : Finding.warn(subject, text(failures), cure);
  }

  private Map<Library, String> failures(Set<Library> wanted) {
    Map<Library, String> failures = new EnumMap<>(Library.class);
    synchronized (LOADED) {
      Set<Library> missing = EnumSet.copyOf(wanted);
      missing.removeAll(LOADED.keySet());
      if (!missing.isEmpty()) {
        extract(missing).ifPresent(why -> missing.forEach(each -> failures.put(each, why)));
      }
      wanted.forEach(
          each ->
              LOADED
                  .getOrDefault(each, Optional.empty())
                  .ifPresent(why -> failures.put(each, why)));
    }
    // Kafka also has a Java implementation of lz4.
    failures.remove(Library.LZ4);
    return failures;
  }

  private static String text(Map<Library, String> failures) {
    String names =
        failures.keySet().stream().map(each -> each.name).collect(Collectors.joining(", "));
    String reasons = failures.values().stream().distinct().collect(Collectors.joining("; "));
    return "the native library of %s cannot be loaded (%s)".formatted(names, reasons);
  }

  /** Loads libraries from the first usable directory; returns the reason if there is none. */
  private Optional<String> extract(Set<Library> missing) {
    try {
      Path directory = ScratchDirectory.firstUsable(directories);
      Consumer<Path> load = at -> missing.forEach(each -> LOADED.put(each, loaded(each, at)));
      if (directory.equals(temporary())) {
        // Other users may write to the temp directory: only a new directory is safe.
        try (ScratchDirectory scratch = ScratchDirectory.under(directory, "imsbridge-native")) {
          load.accept(scratch.path());
        }
      } else {
        inOwnDirectory(directory, load);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(SafeText.safe(e.getMessage()));
    }
  }

  private static void inOwnDirectory(Path directory, Consumer<Path> load) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Held until the channel is closed.
      FileLock unused = channel.lock();
      clear(directory);
      try {
        load.accept(directory);
      } finally {
        clear(directory);
      }
    }
  }

  private static void clear(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path each : files.filter(file -> !file.endsWith(LOCK)).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  /** Loads a library from a directory; returns the reason if it cannot be loaded. */
  private static Optional<String> loaded(Library library, Path directory) {
    try {
      switch (library) {
        case ROCKSDB -> NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
        case ZSTD -> initialized("ZstdTempFolder", directory, "com.github.luben.zstd.Zstd");
        case SNAPPY ->
            initialized("org.xerial.snappy.tempdir", directory, "org.xerial.snappy.Snappy");
        case LZ4 -> lz4(directory);
      }
      return Optional.empty();
    } catch (IOException | ReflectiveOperationException | RuntimeException | Error e) {
      // LinkageError, or an Error that the library defines.
      LOG.debug("no native library of {}", library.name, e);
      return Optional.of(SafeText.reason(e));
    }
  }

  /** Initializes a class that loads its library from the directory in a system property. */
  private static void initialized(String property, Path directory, String className)
      throws ClassNotFoundException {
    System.setProperty(property, directory.toString());
    try {
      Class.forName(className);
    } finally {
      System.clearProperty(property);
    }
  }

  /**
   * Loads lz4, and marks it as loaded by reflection, because lz4-java has no setting for the
   * directory.
   */
  private static void lz4(Path directory) throws ReflectiveOperationException, IOException {
    Class<?> loader = Class.forName("net.jpountz.util.Native");
    Method resource = loader.getDeclaredMethod("resourceName");
    resource.setAccessible(true);
    Field done = loader.getDeclaredField("loaded");
    done.setAccessible(true);
    File file = directory.resolve("liblz4-java").toFile();
    try (InputStream in = loader.getResourceAsStream((String) resource.invoke(null))) {
      Files.copy(in, file.toPath());
    }
    System.load(file.toString());
    done.setBoolean(null, true);
  }
}
