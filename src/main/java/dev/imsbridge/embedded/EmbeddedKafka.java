package dev.imsbridge.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker with its controller, running in this process.
 *
 * <p>It listens on 127.0.0.1 only. Its data persists in the data directory: the next start on the
 * same directory continues the cluster with the same id, topics and offsets, even after a kill. The
 * directory is locked while the broker runs.
 *
 * <p>After a fatal fault the broker does not serve requests. It then calls the listener given to
 * {@link #start} once. The listener must not block, and must leave {@link #close} to another
 * thread. Thread-safe.
 */
public final class EmbeddedKafka implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);

  private final LockedFile lock;
  private final LoopbackSockets sockets;
  private final KafkaNode node;
  private final int port;
  private final FaultReporter faults;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedKafka(
      LockedFile lock, LoopbackSockets sockets, KafkaNode node, FaultReporter faults) {
    this.lock = lock;
    this.sockets = sockets;
    this.node = node;
    this.port = sockets.clientPort();
    this.faults = faults;
  }

  /**
   * Starts a broker that only logs fatal faults.
   *
   * @see #start(Path, int, Consumer)
   */
  public static EmbeddedKafka start(Path dataDirectory, int port) {
    return start(dataDirectory, port, fault -> {});
  }

  /**
   * Starts a broker and returns when it serves clients.
   *
   * @param dataDirectory created if it does not exist
   * @param port the port for clients; 0 for any free port
   * @param onFault called once with the reason of the first fatal fault, in one line: on a broker
   *     thread, or on this thread if the fault occurred during the start
   * @throws EmbeddedKafkaException if the broker cannot start; all of its threads, sockets and
   *     locks are released
   */
  public static EmbeddedKafka start(Path dataDirectory, int port, Consumer<String> onFault) {
    return start(dataDirectory, port, Map.of(), onFault);
  }

  /**
   * Starts a broker with other settings.
   *
   * @param overrides Kafka broker settings that override {@link NodeSettings}
   */
  static EmbeddedKafka start(
      Path dataDirectory, int port, Map<String, String> overrides, Consumer<String> onFault) {
    var directory = dataDirectory.toAbsolutePath().normalize();
    var faults = new FaultReporter(directory, onFault);
    var lock = lock(directory);
    LoopbackSockets sockets = null;
    try {
      // On a full disk Kafka fails in its memory maps, with an error that does not name the disk.
      WriteProbe.failure(directory)
          .ifPresent(
              failure -> {
                throw new EmbeddedKafkaException.DirectoryUnusable(directory, failure);
              });
      sockets = LoopbackSockets.bind(port);
      ExitGuard.add(faults);
      var node = KafkaNode.start(directory, sockets, overrides, faults);
      faults.started();
      LOG.debug("Kafka started on port {} with data directory {}", sockets.clientPort(), directory);
      return new EmbeddedKafka(lock, sockets, node, faults);
    } catch (RuntimeException | Error e) {
      ExitGuard.remove(faults);
      Utils.closeQuietly(sockets, "sockets of the embedded Kafka");
      lock.close();
      throw e;
    }
  }

  // Kafka also locks its log directory, but only after formatting and reading it.
  private static LockedFile lock(Path directory) {
    try {
      return LockedFile.lock(directory.resolve("kafka.lock"))
          .orElseThrow(() -> new EmbeddedKafkaException.DirectoryInUse(directory));
    } catch (IOException e) {
      throw new EmbeddedKafkaException.DirectoryUnusable(directory, e);
    }
  }

  /** Whether a directory holds the data of a broker. If not, a broker on it starts empty. */
  public static boolean holdsData(Path dataDirectory) {
    return KafkaNode.formatted(KafkaNode.logDirectory(dataDirectory));
  }

  /** Returns the bootstrap servers for clients, {@code 127.0.0.1:port}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /**
   * Shuts the broker down, then the controller. On return the data is on disk, the port is free and
   * the directory is unlocked. Further calls have no effect.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try (lock;
        sockets) {
      node.stop();
    } finally {
      ExitGuard.remove(faults);
    }
  }
}
