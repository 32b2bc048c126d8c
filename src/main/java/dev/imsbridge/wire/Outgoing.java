package dev.imsbridge.wire;

import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record on its way to a topic.
 *
 * @param timestamp in milliseconds
 */
public record Outgoing(
    Target target, byte[] key, byte[] value, long timestamp, RecordHeaders headers) {

  /** The topics that the fold's outputs go to. */
  public enum Target {
    TRANSITIONS,
    COMPLETIONS,
    STATUS,
    WATCHES,
    /** To the partition of its chain, whatever the key hashes to. */
    AUDIT,
    DEAD_LETTERS
  }
}
