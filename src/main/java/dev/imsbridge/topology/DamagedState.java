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
 * <p>The local state is a copy of its changelog topics, so it is deleted and Kafka Streams restores
 * it, as after each unclean stop. If the damage shows at the start, this start does so. If it shows
 * later, the topology ends and the next start does so.
 */
final class DamagedState {
  private static final Logger LOG = LoggerFactory.getLogger(DamagedState.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(8);

  private final String directory;
  private volatile boolean found;

  /**
   * @param directory the {@code state.dir} of Kafka Streams, for messages
   */
  DamagedState(String directory) {
    this.directory = directory;
  }

  /**
   * Starts a client; if its state is damaged, starts another one without that state.
   *
   * @param clients makes a client that has not started
   */
  KafkaStreams start(Supplier<KafkaStreams> clients) {
    KafkaStreams streams = clients.get();
    try {
      streams.start();
      return streams;
    } catch (StreamsException e) {
      streams.close(CLOSE_TIMEOUT);
      RocksDBException damage = damage(e);
      if (damage == null) {
        throw e;
      }
      LOG.warn(
          "the files in {} are damaged ({}): deleted; the state is restored from Kafka",
          directory,
          damage.getMessage());
      return startWithout(clients.get());
    }
  }

  private static KafkaStreams startWithout(KafkaStreams streams) {
    try {
      streams.cleanUp();
      streams.start();
      return streams;
    } catch (StreamsException e) {
      streams.close(CLOSE_TIMEOUT);
      throw e;
    }
  }

  /** The failure, or if damaged files caused it, one that says so and what to do. */
  Throwable explained(Throwable failure) {
    RocksDBException damage = damage(failure);
    if (damage == null) {
      return failure;
    }
    found = true;
    return new DamagedStateException(directory, damage.getMessage());
  }

  /** Deletes the state of a client that has ended, if it was found to be damaged. */
  void deleteIfFound(KafkaStreams ended) {
    if (found) {
      ended.cleanUp();
    }
  }

  private static RocksDBException damage(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof RocksDBException error && ofFiles(error.getStatus())) {
        return error;
      }
    }
    return null;
  }

  // Not an IO error: a disk that is full or not writable is not healed by a deletion.
  private static boolean ofFiles(Status status) {
    return status != null
        && (status.getCode() == Status.Code.Corruption
            || status.getCode() == Status.Code.InvalidArgument);
  }
}
