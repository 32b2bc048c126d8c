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
  static final int MOST_VALUES_OF_A_KEY = 8;
  static final int MOST_BYTES = 32 << 20;
  private static final int BYTES_BESIDE_A_VALUE = 300;

  /** The end offset after the assignment; null until it is known. */
  Long end;

  private final Map<String, List<ConsumerRecord<byte[], byte[]>>> values = new HashMap<>();
  private int bytes;

  /** Keeps a value. Returns false if that is too much, and the key must be forgotten. */
  boolean keep(String key, ConsumerRecord<byte[], byte[]> value) {
    List<ConsumerRecord<byte[], byte[]>> of =
        values.computeIfAbsent(key, each -> new ArrayList<>(1));
    of.add(value);
    bytes += size(value);
    return of.size() <= MOST_VALUES_OF_A_KEY && bytes <= MOST_BYTES;
  }

  /** Removes the values of a key, and returns them in the order of the topic. */
  List<ConsumerRecord<byte[], byte[]>> forget(String key) {
    List<ConsumerRecord<byte[], byte[]>> of = values.remove(key);
    if (of == null) {
      return List.of();
    }
    of.forEach(value -> bytes -= size(value));
    return of;
  }

  /** Passes on all values, those of a key in the order of the topic. */
  void forEach(BiConsumer<String, ConsumerRecord<byte[], byte[]>> action) {
    values.forEach((key, of) -> of.forEach(value -> action.accept(key, value)));
  }

  private static int size(ConsumerRecord<byte[], byte[]> value) {
    return value.value().length + BYTES_BESIDE_A_VALUE;
  }
}
