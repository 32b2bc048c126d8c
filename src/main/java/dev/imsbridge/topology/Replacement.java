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
 * <p>When no broker answers for longer than two waits of a thread's producer ({@code
 * max.block.ms}), Kafka Streams first fails to add offsets to the transaction, then to commit it,
 * and then repeats both calls in a state in which the producer allows only the second: an
 * IllegalStateException that no record causes, though it can come while one is sent. Each thread
 * with an open transaction fails this way once. When the outage lasts longer than {@code
 * delivery.timeout.ms}, the producer drops the records that it could not send, and refuses the
 * commit of the transaction with a KafkaException of no specific class. A new thread has a new
 * producer, which ends the old transaction.
 *
 * <p>A new thread that fails before its first commit makes no progress, and neither would the next
 * one. Any other failure of a task, in the middle of a record, would recur. Neither thread is
 * replaced.
 */
final class Replacement {
  private static final String PRODUCER = "org.apache.kafka.clients.producer.";

  private final Set<String> first;
  private final Predicate<String> committed;

  /**
   * @param first the names of the threads that the topology starts with
   * @param committed whether the thread of a name has committed since it started; called on it
   */
  Replacement(Set<String> first, Predicate<String> committed) {
    this.first = new HashSet<>(first);
    this.committed = committed;
  }

  /** Called once for each failed thread, on that thread. */
  synchronized boolean helps(String thread, Throwable failure) {
    // Kafka Streams gives the name of an ended thread to a later one.
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
