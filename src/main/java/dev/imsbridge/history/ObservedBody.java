package dev.imsbridge.history;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.Headers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record that events rest on: what IMS said, or a request, byte for byte.
 *
 * @param kept only of a record that was read anything else is known
 * @param headers those that tell of the exchange, by their names on the topic
 * @param body null when the record had none
 */
public record ObservedBody(Evidence position, Kept kept, Map<String, String> headers, byte[] body) {

  /** Whether the topic still has the record. */
  public enum Kept {
    READ,
    GONE,
    /** Not read, since the records before it were as much as one answer takes. */
    LEFT_OUT
  }

  private static final List<String> TOLD =
      List.of(
          Headers.KIND,
          Headers.OBSERVED_AT,
          Headers.JOB_ID,
          Headers.ATTEMPT,
          Headers.HTTP_STATUS,
          Headers.REQUEST_ID,
          Headers.LATENCY_MS);

  static ObservedBody of(Evidence position, ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name : TOLD) {
      String value = Headers.text(record.headers(), name);
      if (value != null) {
        headers.put(name, value);
      }
    }
    return new ObservedBody(position, Kept.READ, headers, record.value());
  }

  static ObservedBody gone(Evidence position) {
    return new ObservedBody(position, Kept.GONE, Map.of(), null);
  }

  static ObservedBody leftOut(Evidence position) {
    return new ObservedBody(position, Kept.LEFT_OUT, Map.of(), null);
  }

  /** Whether the record was read. */
  public boolean retained() {
    return kept == Kept.READ;
  }
}
