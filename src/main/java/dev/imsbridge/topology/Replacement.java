package dev.imsbridge.topology;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;

/**
 * Decides whether a new thread may replace a failed thread of the topology. Thread-safe.
 *
 * <p>If no broker answers for longer than two waits of a thread's producer ({@code max.block.ms}),
 * Kafka Streams first fails to add offsets to the transaction, then fails to commit it. It then
 * repeats both calls in a state in which the producer allows only the second. The result is an
 * IllegalStateException that no record causes, although it can occur while a record is sent. Each
 * thread with an open transaction fails this way once. If the outage lasts longer than {@code
 * delivery.timeout.ms}, the producer drops the unsent records and rejects the commit with a
 * KafkaException of no specific class. A new thread has a new producer, which ends the old
 * transaction.
 *
 * <p>Two kinds of threads are not replaced. A replacement thread that fails before its first commit
 * makes no progress, and neither would the next one. Any other failure of a task, during a record,
 * would recur.
 */
final class Replacement {
  private static final String PRODUCER = "org.apache.kafka.clients.producer.";

  private final Set<String> first;
  private final Predicate<String> committed;

  /**
   * @param first the names of the initial threads of the topology
   * @param committed whether the named thread has committed since its start; called on that thread
   */
  Replacement(Set<String> first, Predicate<String> committed) {
    this.first = new HashSet<>(first);
    this.committed = committed;
  }

  /**
   * Returns whether a new thread may replace the failed one. Must be called once per failed thread,
   * on that thread.
   */
  synchronized boolean allows(String thread, Throwable failure) {
    // Kafka Streams reuses the name of an ended thread.
    boolean isFirst = first.remove(thread);
    return ofAnOutage(failure) && (isFirst || committed.test(thread));
  }

  private static boolean ofAnOutage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    boolean unspecific =
        root instanceof IllegalStateException || root.getClass() == KafkaException.class;
    if (unspecific && ofAProducer(root)) {
      return true;
    }
    boolean ofATask = failure instanceof StreamsException known && known.taskId().isPresent();
    return !ofATask && (root instanceof IllegalStateException || root instanceof TimeoutException);
  }

  private static boolean ofAProducer(Throwable root) {
    StackTraceElement[] trace = root.getStackTrace();
    return trace.length > 0 && trace[0].getClassName().startsWith(PRODUCER);
  }
}
