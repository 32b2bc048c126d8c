package dev.imsbridge.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running Kafka broker, with its controller, in this process.
 *
 * <p>It listens on 127.0.0.1 only. Its data stays in the directory: a start on the same directory
 * continues the same cluster, with the same id, topics and offsets, whether the last run was closed
 * or killed. The directory is locked while the broker runs.
 *
 * <p>After a fatal fault the broker serves nobody any more; the listener given to {@link #start}
 * hears of it once, on a thread of the broker's, and has to be quick: another thread should {@link
 * #close}. Safe for any thread.
 */
public final class EmbeddedKafka implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);

  private final DirectoryLock lock;
  private final LoopbackSockets sockets;
  private final KafkaNode node;
  private final int port;
  private final FaultReporter faults;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedKafka(
      DirectoryLock lock, LoopbackSockets sockets, KafkaNode node, FaultReporter faults) {
    this.lock = lock;
    this.sockets = sockets;
    this.node = node;
    this.port = sockets.clientPort();
    this.faults = faults;
  }

  /** Starts a broker whose fatal faults are only logged. */
  public static EmbeddedKafka start(Path dataDirectory, int port) {
    return start(dataDirectory, port, fault -> {});
  }

  /**
   * Starts a broker and returns when it serves clients.
   *
   * @param dataDirectory created where there is none
   * @param port the port for clients, 0 for any free one
   * @param onFault hears of the first fatal fault after the start
   * @throws EmbeddedKafkaException when it can't start; nothing of it is left running
   */
  public static EmbeddedKafka start(Path dataDirectory, int port, Consumer<BrokerFault> onFault) {
    return start(dataDirectory, port, Map.of(), onFault);
  }

  /**
   * @param changes settings of Kafka's that go before those of a node alone on this machine
   */
  static EmbeddedKafka start(
      Path dataDirectory, int port, Map<String, String> changes, Consumer<BrokerFault> onFault) {
    var directory = dataDirectory.toAbsolutePath().normalize();
    var lock = DirectoryLock.take(directory);
    try {
      // On a full disk Kafka fails in its memory maps, and says something about unsafe memory.
      WriteProbe.objection(directory)
          .ifPresent(
              objection -> {
                throw new EmbeddedKafkaException.DirectoryUnusable(directory, objection);
              });
      var sockets = LoopbackSockets.bind(port);
      try {
        return start(directory, lock, sockets, changes, onFault);
      } catch (RuntimeException | Error e) {
        sockets.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private static EmbeddedKafka start(
      Path directory,
      DirectoryLock lock,
      LoopbackSockets sockets,
      Map<String, String> changes,
      Consumer<BrokerFault> onFault) {
    var faults = new FaultReporter(directory, onFault);
    ExitGuard.add(faults);
    try {
      var node = KafkaNode.start(directory, sockets, changes, faults);
      faults.started();
      LOG.debug("Kafka runs on port {} with its data in {}", sockets.clientPort(), directory);
      return new EmbeddedKafka(lock, sockets, node, faults);
    } catch (RuntimeException | Error e) {
      ExitGuard.remove(faults);
      throw e;
    }
  }

  /** Whether a directory holds the data of a broker; if not, a start on it has no topics. */
  public static boolean holdsData(Path dataDirectory) {
    return Node.formatted(Node.logDirectory(dataDirectory));
  }

  /** Where clients connect to, {@code 127.0.0.1:port}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /** The cluster's id, which stays with the data directory. */
  public String clusterId() {
    return node.clusterId();
  }

  /** Stops in order: what is written is on disk, the port is free, the directory unlocked. */
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
