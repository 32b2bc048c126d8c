package dev.imsbridge.poller;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The restore of one partition of the table of watches. Keeps the values since the last tombstone
 * of each key, up to about 32 MiB. Used by one thread.
 */
final class WatchRestore {
  static final int MAX_VALUES_PER_KEY = 8;
  static final int MAX_BYTES = 32 << 20;
  private static final int OVERHEAD_BYTES = 300;

  /** The end offset after the assignment; null until it is known. */
  Long end;

  private final Map<String, List<ConsumerRecord<byte[], byte[]>>> values = new HashMap<>();
  private int bytes;

  /**
   * Keeps a value.
   *
   * @return false if a limit is exceeded; the caller must then {@link #forget} the key
   */
  boolean keep(String key, ConsumerRecord<byte[], byte[]> value) {
    List<ConsumerRecord<byte[], byte[]>> kept =
        values.computeIfAbsent(key, each -> new ArrayList<>(1));
    kept.add(value);
    bytes += size(value);
    return kept.size() <= MAX_VALUES_PER_KEY && bytes <= MAX_BYTES;
  }

  /** Removes the values of a key, and returns them in the order of the topic. */
  List<ConsumerRecord<byte[], byte[]>> forget(String key) {
    List<ConsumerRecord<byte[], byte[]>> kept = values.remove(key);
    if (kept == null) {
      return List.of();
    }
    kept.forEach(value -> bytes -= size(value));
    return kept;
  }

  /** Passes all values to the action. The values of a key have the order of the topic. */
  void forEach(BiConsumer<String, ConsumerRecord<byte[], byte[]>> action) {
    values.forEach((key, kept) -> kept.forEach(value -> action.accept(key, value)));
  }

  private static int size(ConsumerRecord<byte[], byte[]> value) {
    return value.value().length + OVERHEAD_BYTES;
  }
}
