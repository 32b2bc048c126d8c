package dev.imsbridge.ledger;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.Digest;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A record read from the observations topic.
 *
 * @param at its position
 * @param timestamp its timestamp in milliseconds since 1970
 */
public record LogRecord(Evidence at, byte[] key, byte[] value, Headers headers, long timestamp) {

  public static LogRecord of(ConsumerRecord<byte[], byte[]> record) {
    return new LogRecord(
        new Evidence(record.topic(), record.partition(), record.offset()),
        record.key(),
        record.value(),
        record.headers(),
        record.timestamp());
  }

  /** The timestamp of the record; 1970-01-01T00:00:00Z if the record has none or it is negative. */
  public Instant time() {
    return Instant.ofEpochMilli(Math.max(0, timestamp));
  }

  /** The digest of the whole record, as lower-case hex. */
  public String sha256() {
    return Digest.record(key, value, headers, timestamp);
  }
}
