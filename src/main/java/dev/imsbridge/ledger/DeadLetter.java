package dev.imsbridge.ledger;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.Digest;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.LetterHeaders;
import java.util.Arrays;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The reason why the bridge could not use a record, and the position of the record.
 *
 * @param kind the class of the reason, as one word
 * @param reason one line of bounded length, without content of the record
 */
public record DeadLetter(String kind, String reason, Evidence source) {
  /** Maximum size of the value of a dead letter, in bytes. Longer values are truncated. */
  public static final int MAX_VALUE = 1 << 20;

  /**
   * Builds the dead letter of a record: its key and value, each truncated to its limit, and the
   * reason in headers. The headers of the record are dropped, because their size has no limit. For
   * a request, the caller adds the headers that the bridge uses.
   *
   * @param timestamp in milliseconds since 1970
   */
  public OutputRecord record(byte[] key, byte[] value, long timestamp) {
    RecordHeaders headers = headers();
    if (value != null && value.length > MAX_VALUE) {
      HeaderNames.add(headers, LetterHeaders.ORIGINAL_SIZE, value.length);
      HeaderNames.add(headers, LetterHeaders.ORIGINAL_SHA256, Digest.sha256(value));
    }
    return new OutputRecord(
        OutputRecord.Target.DEAD_LETTERS,
        truncate(key, LetterHeaders.MAX_KEY),
        truncate(value, MAX_VALUE),
        timestamp,
        headers);
  }

  private static byte[] truncate(byte[] bytes, int max) {
    return bytes == null || bytes.length <= max ? bytes : Arrays.copyOf(bytes, max);
  }

  private RecordHeaders headers() {
    RecordHeaders headers = new RecordHeaders();
    HeaderNames.add(headers, LetterHeaders.KIND, kind);
    HeaderNames.add(headers, LetterHeaders.MESSAGE, reason);
    HeaderNames.add(headers, LetterHeaders.TOPIC, source.topic());
    HeaderNames.add(headers, LetterHeaders.PARTITION, source.partition());
    HeaderNames.add(headers, LetterHeaders.OFFSET, source.offset());
    HeaderNames.add(headers, LetterHeaders.REASON, reason);
    return headers;
  }
}
