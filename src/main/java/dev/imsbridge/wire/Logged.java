package dev.imsbridge.wire;

import dev.imsbridge.job.Evidence;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A record of the observations topic as it stands there.
 *
 * @param at where
 * @param timestamp the record's own, in milliseconds
 */
public record Logged(Evidence at, byte[] key, byte[] value, Headers headers, long timestamp) {

  public static Logged of(ConsumerRecord<byte[], byte[]> record) {
    return new Logged(
        new Evidence(record.topic(), record.partition(), record.offset()),
        record.key(),
        record.value(),
        record.headers(),
        record.timestamp());
  }

  /** The record's own time; the epoch where a producer wrote none, or one before. */
  public Instant time() {
    return Instant.ofEpochMilli(Math.max(0, timestamp));
  }

  /** The digest of the whole record. */
  public String sha256() {
    return Digest.record(key, value, headers.toArray(), timestamp);
  }
}
