package dev.imsbridge.topology;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a local state whose files are damaged. Thread-safe.
 *
 * <p>The local state is a copy of its changelog topics. It is deleted, and Kafka Streams restores
 * it as after an unclean stop. Damage that is found during the start is repaired by this start.
 * Damage that is found later ends the topology: its close deletes the state, and the next start
 * restores it.
 */
final class DamagedState {
  private static final Logger LOG = LoggerFactory.getLogger(DamagedState.class);

  private final String directory;
  private final Duration closeTimeout;
  private volatile boolean found;

  /**
   * @param directory the {@code state.dir} of Kafka Streams, used in messages
   * @param closeTimeout how long to wait for the threads of a client that failed to start
   */
  DamagedState(String directory, Duration closeTimeout) {
    this.directory = directory;
    this.closeTimeout = closeTimeout;
  }

  /**
   * Starts a client. If its state is damaged, deletes the state and starts a second client.
   *
   * @param clients creates a client that is not started
   * @return the started client
   * @throws StreamsException if the start fails for another reason, or fails again
   */
  KafkaStreams start(Supplier<KafkaStreams> clients) {
    KafkaStreams streams = clients.get();
    try {
      streams.start();
      return streams;
    } catch (StreamsException e) {
      streams.close(closeTimeout);
      RocksDBException damage = damage(e);
      if (damage == null) {
        throw e;
      }
      LOG.warn(
          "the files in {} are damaged ({}): deleting them and restoring the state from Kafka",
          directory,
          damage.getMessage());
      return startWithout(clients.get());
    }
  }

  private KafkaStreams startWithout(KafkaStreams streams) {
    try {
      streams.cleanUp();
      streams.start();
      return streams;
    } catch (StreamsException e) {
      streams.close(closeTimeout);
      throw e;
    }
  }

  /** Returns the failure itself, or a {@link DamagedStateException} if damaged files caused it. */
  Throwable explained(Throwable failure) {
    RocksDBException damage = damage(failure);
    if (damage == null) {
      return failure;
    }
    found = true;
    return new DamagedStateException(directory, damage.getMessage());
  }

  /** Deletes the state of a closed client if {@link #explained} has found damage. */
  void deleteIfFound(KafkaStreams closed) {
    if (found) {
      closed.cleanUp();
    }
  }

  private static RocksDBException damage(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof RocksDBException error && isDamage(error.getStatus())) {
        return error;
      }
    }
    return null;
  }

  // IO errors are excluded: deletion does not repair a disk that is full or not writable.
  private static boolean isDamage(Status status) {
    return status != null
        && (status.getCode() == Status.Code.Corruption
            || status.getCode() == Status.Code.InvalidArgument);
  }
}
