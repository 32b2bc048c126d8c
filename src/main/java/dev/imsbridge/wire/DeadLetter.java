package dev.imsbridge.wire;

import dev.imsbridge.job.Evidence;
import java.util.Arrays;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Why a record could not be used, and where it stands.
 *
 * @param kind a word for the class of the reason
 * @param reason one bounded line, free of the record's content
 */
public record DeadLetter(String kind, String reason, Evidence source) {
  public static final String REASON = "imsbridge-reason";

  /** On a dead letter whose value was cut: the size of the whole value in bytes. */
  public static final String ORIGINAL_SIZE = "imsbridge-original-size";

  /** On a dead letter whose value was cut: the SHA-256 of the whole value in hex. */
  public static final String ORIGINAL_SHA256 = "imsbridge-original-sha256";

  /** The most bytes of a value that are kept. */
  public static final int MAX_VALUE = 1 << 20;

  /** The most bytes of a key that are kept. */
  static final int MAX_KEY = 1 << 12;

  /**
   * The dead letter of a record: its key and value, each cut to its limit, and the reason in
   * headers. The record's own headers are dropped, because nothing bounds them.
   *
   * @param timestamp in milliseconds
   */
  public Outgoing outgoing(byte[] key, byte[] value, long timestamp) {
    RecordHeaders headers = headers();
    if (value != null && value.length > MAX_VALUE) {
      Headers.add(headers, ORIGINAL_SIZE, value.length);
      Headers.add(headers, ORIGINAL_SHA256, Digest.sha256(value));
    }
    return new Outgoing(
        Outgoing.Target.DEAD_LETTERS, cut(key, MAX_KEY), cut(value, MAX_VALUE), timestamp, headers);
  }

  private static byte[] cut(byte[] bytes, int max) {
    return bytes == null || bytes.length <= max ? bytes : Arrays.copyOf(bytes, max);
  }

  // The names that Kafka Streams gives its own; the kind stands for an exception's.
  private RecordHeaders headers() {
    RecordHeaders headers = new RecordHeaders();
    Headers.add(headers, "__streams.errors.exception", kind);
    Headers.add(headers, "__streams.errors.message", reason);
    Headers.add(headers, "__streams.errors.topic", source.topic());
    Headers.add(headers, "__streams.errors.partition", source.partition());
    Headers.add(headers, "__streams.errors.offset", source.offset());
    Headers.add(headers, REASON, reason);
    return headers;
  }
}
