package dev.imsbridge.history;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.HeaderNames;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record on which events are based: an unchanged IMS response or a request.
 *
 * @param availability whether the record was read; if not, only its position is known
 * @param recordedAt the time of the record
 * @param headers the headers that describe the exchange with IMS, by their names on the topic
 * @param body the value of the record; null if it has none
 */
public record EvidenceRecord(
    Evidence position,
    Availability availability,
    Instant recordedAt,
    Map<String, String> headers,
    byte[] body) {

  /** The availability of the record. */
  public enum Availability {
    READ,
    /** No longer retained, or not a record of the job tree. */
    GONE,
    /** Not returned, because the answer reached its size limit. */
    OMITTED
  }

  private static final List<String> HEADERS =
      List.of(
          HeaderNames.KIND,
          HeaderNames.OBSERVED_AT,
          HeaderNames.JOB_ID,
          HeaderNames.ATTEMPT,
          HeaderNames.HTTP_STATUS,
          HeaderNames.REQUEST_ID,
          HeaderNames.LATENCY_MS);

  static EvidenceRecord of(Evidence position, ConsumerRecord<byte[], byte[]> record) {
    return new EvidenceRecord(
        position,
        Availability.READ,
        Instant.ofEpochMilli(Math.max(0, record.timestamp())),
        headers(record, HEADERS),
        record.value());
  }

  /** Returns the named headers as text; omits those that the record does not have. */
  static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record, List<String> names) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name : names) {
      String value = HeaderNames.text(record.headers(), name);
      if (value != null) {
        headers.put(name, value);
      }
    }
    return headers;
  }

  /** A record that was not read. */
  static EvidenceRecord unread(Evidence position, Availability availability) {
    return new EvidenceRecord(position, availability, null, Map.of(), null);
  }

  /** Whether the record was read. */
  public boolean retained() {
    return availability == Availability.READ;
  }
}
