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
 * @param retained false when the topic does not keep it any more; then nothing else is known of it
 * @param headers those that tell of the exchange, by their names on the topic
 * @param body null when the record had none
 */
public record ObservedBody(
    Evidence position, boolean retained, Map<String, String> headers, byte[] body) {
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
    return new ObservedBody(position, true, headers, record.value());
  }

  static ObservedBody gone(Evidence position) {
    return new ObservedBody(position, false, Map.of(), null);
  }
}
