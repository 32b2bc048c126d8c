package dev.imsbridge.history;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where replayed events go. Called by one thread. */
public interface ReplaySink {

  /**
   * Takes an event; need not be done with it on return.
   *
   * @return false when it wants no more
   */
  boolean take(ConsumerRecord<byte[], byte[]> record);

  /** Returns when all that was taken is safe; throws when some of it is not. */
  default void settle() {}
}
