package dev.imsbridge.history.replay;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Receives replayed events. Called by one thread. */
public interface ReplaySink {

  /**
   * Takes an event. May complete asynchronously.
   *
   * @return false to stop the replay
   */
  boolean take(ConsumerRecord<byte[], byte[]> record);

  /** Waits until all events taken are written. Throws if one of them failed. */
  default void settle() {}
}
