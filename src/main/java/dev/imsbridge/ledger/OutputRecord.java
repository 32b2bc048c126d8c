package dev.imsbridge.ledger;

import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record to send.
 *
 * @param timestamp in milliseconds since 1970
 */
public record OutputRecord(
    Target target, byte[] key, byte[] value, long timestamp, RecordHeaders headers) {

  /** The topics that records are sent to. */
  public enum Target {
    OBSERVATIONS,
    TRANSITIONS,
    COMPLETIONS,
    STATUS,
    WATCHES,
    /** Sent to the partition of its chain, regardless of the hash of its key. */
    AUDIT,
    DEAD_LETTERS
  }
}
