package dev.imsbridge.history;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Waits for open transactions. A read_committed consumer stops before the first record of an open
 * transaction, even if committed records follow.
 */
public final class OpenTransactions {
  // The broker aborts the transaction of a dead producer, by default within 60 s.
  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final int PAUSE_MS = 50;

  private OpenTransactions() {}

  /**
   * Waits until a read_committed consumer sees each committed record that is in the partitions now.
   * Blocks for at most about 90 s.
   *
   * @throws TimeoutException if a transaction stays open
   */
  public static void awaitEnd(
      Admin admin, Collection<TopicPartition> partitions, InstantSource clock) {
    Map<TopicPartition, Long> ends = ends(admin, partitions, IsolationLevel.READ_UNCOMMITTED);
    Instant until = clock.instant().plus(TIMEOUT);
    while (!allReached(ends, ends(admin, partitions, IsolationLevel.READ_COMMITTED))) {
      if (clock.instant().isAfter(until)) {
        throw new TimeoutException(
            "a transaction on the bridge's topics did not end within %s s: `imsbridge doctor` names it"
                .formatted(TIMEOUT.toSeconds()));
      }
      pause();
    }
  }

  private static Map<TopicPartition, Long> ends(
      Admin admin, Collection<TopicPartition> partitions, IsolationLevel level) {
    return get(latest(admin, partitions, level).all()).entrySet().stream()
        .collect(toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  /**
   * Requests the end offsets for consumers of this level: the high watermarks, or the last stable
   * offsets.
   */
  public static ListOffsetsResult latest(
      Admin admin, Collection<TopicPartition> partitions, IsolationLevel level) {
    return admin.listOffsets(
        partitions.stream().collect(toMap(identity(), partition -> OffsetSpec.latest())),
        new ListOffsetsOptions(level));
  }

  private static boolean allReached(
      Map<TopicPartition, Long> ends, Map<TopicPartition, Long> stable) {
    return ends.entrySet().stream().allMatch(end -> stable.get(end.getKey()) >= end.getValue());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  /**
   * Waits for the result of a request.
   *
   * @throws KafkaException if it fails, or the thread is interrupted
   */
  public static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    }
  }
}
