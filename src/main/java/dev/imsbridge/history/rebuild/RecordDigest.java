package dev.imsbridge.history.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.Digest;
import dev.imsbridge.wire.HeaderNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A compact form of a record for comparison. Equal digests mean equal key text, value, headers and
 * timestamp. Keys are compared as UTF-8 text; a missing key equals an empty one.
 *
 * @param key the key as UTF-8; "" if the record has none
 * @param id the id of the event; "" if the record is not an event
 * @param value the digest of the value; null if the record has none
 * @param headers the digest of the headers in their order
 * @param timestamp the timestamp of the record, in milliseconds
 */
record RecordDigest(String key, String id, String value, String headers, long timestamp) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static RecordDigest of(OutputRecord outgoing) {
    return of(outgoing.key(), outgoing.value(), outgoing.headers(), outgoing.timestamp());
  }

  static RecordDigest of(ConsumerRecord<byte[], byte[]> record) {
    return of(record.key(), record.value(), record.headers(), record.timestamp());
  }

  private static RecordDigest of(byte[] key, byte[] value, Headers headers, long timestamp) {
    return new RecordDigest(
        key == null ? "" : new String(key, UTF_8),
        id(value, headers),
        value == null ? null : Digest.sha256(value),
        Digest.headers(headers),
        timestamp);
  }

  // An event has its id in the header ce_id (binary mode) or in its value (structured mode). A
  // header
  // content-type without ce_id marks an event in structured mode.
  private static String id(byte[] value, Headers headers) {
    String id = HeaderNames.text(headers, "ce_id");
    if (id != null || headers.lastHeader("content-type") == null || value == null) {
      return id == null ? "" : id;
    }
    try {
      return JSON.readTree(value).path("id").asText();
    } catch (IOException | ArithmeticException | NumberFormatException e) {
      // ArithmeticException and NumberFormatException: the exponent exceeds the range of
      // BigDecimal.
      return "";
    }
  }

  /** Returns the names of the differing parts, separated by commas; "" if there are none. */
  String differences(RecordDigest other) {
    List<String> parts = new ArrayList<>();
    if (!key.equals(other.key)) {
      parts.add("key");
    }
    if (!Objects.equals(value, other.value)) {
      parts.add("value");
    }
    if (!headers.equals(other.headers)) {
      parts.add("headers");
    }
    if (timestamp != other.timestamp) {
      parts.add("timestamp");
    }
    return String.join(", ", parts);
  }
}
