package dev.imsbridge.ledger;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.Digest;
import dev.imsbridge.wire.HeaderNames;
import java.util.Arrays;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The reason why a record could not be used, and the record's position.
 *
 * @param kind the class of the reason, as one word
 * @param reason one line of bounded length, without content of the record
 */
public record DeadLetter(String kind, String reason, Evidence source) {
  static final String REASON = "imsbridge-reason";

  /** Header of a dead letter whose value was cut: the size of the whole value in bytes. */
  static final String ORIGINAL_SIZE = "imsbridge-original-size";

  /** Header of a dead letter whose value was cut: the SHA-256 of the whole value in hex. */
  static final String ORIGINAL_SHA256 = "imsbridge-original-sha256";

  /** Maximum size of the value of a dead letter, in bytes. Longer values are cut. */
  public static final int MAX_VALUE = 1 << 20;

  /** Maximum size of the key of a dead letter, in bytes. Longer keys are cut. */
  static final int MAX_KEY = 1 << 12;

  /**
   * Builds the dead letter of a record: its key and value, each cut to its limit, and the reason in
   * headers. The headers of the record are dropped, because their size has no limit.
   *
   * @param timestamp in milliseconds since 1970
   */
  public OutputRecord record(byte[] key, byte[] value, long timestamp) {
    RecordHeaders headers = headers();
    if (value != null && value.length > MAX_VALUE) {
      HeaderNames.add(headers, ORIGINAL_SIZE, value.length);
      HeaderNames.add(headers, ORIGINAL_SHA256, Digest.sha256(value));
    }
    return new OutputRecord(
        OutputRecord.Target.DEAD_LETTERS,
        cut(key, MAX_KEY),
        cut(value, MAX_VALUE),
        timestamp,
        headers);
  }

  private static byte[] cut(byte[] bytes, int max) {
    return bytes == null || bytes.length <= max ? bytes : Arrays.copyOf(bytes, max);
  }

  // The header names of Kafka Streams' own dead letters (KIP-1034), with the kind in place of the
  // exception class.
  private RecordHeaders headers() {
    RecordHeaders headers = new RecordHeaders();
    HeaderNames.add(headers, "__streams.errors.exception", kind);
    HeaderNames.add(headers, "__streams.errors.message", reason);
    HeaderNames.add(headers, "__streams.errors.topic", source.topic());
    HeaderNames.add(headers, "__streams.errors.partition", source.partition());
    HeaderNames.add(headers, "__streams.errors.offset", source.offset());
    HeaderNames.add(headers, REASON, reason);
    return headers;
  }
}
