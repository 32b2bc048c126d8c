package dev.imsbridge.wire;

import dev.imsbridge.job.Evidence;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;

/**
 * A record of the observations topic as it stands there.
 *
 * @param at where
 * @param timestamp the record's own, in milliseconds
 */
public record Logged(Evidence at, byte[] key, byte[] value, Headers headers, long timestamp) {

  /** The record's own time; the epoch where a producer wrote none, or one before. */
  public Instant time() {
    return Instant.ofEpochMilli(Math.max(0, timestamp));
  }
}
