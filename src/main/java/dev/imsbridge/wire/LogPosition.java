package dev.imsbridge.wire;

/**
 * The last record of a partition that was taken. The store keeps it, so that a record is taken once
 * even if the consumer group has lost its offsets.
 *
 * @param topicId of the topic; a topic that is created again has another
 * @param offset of the record; -1 before the first
 * @param timestamp of the record in milliseconds; a log that was cut and grew again has another
 */
public record LogPosition(String topicId, long offset, long timestamp) {

  /** Before the first record of a topic. */
  public static LogPosition before(String topicId) {
    return new LogPosition(topicId, -1, 0);
  }

  /** The position after one more record. */
  public LogPosition at(long newOffset, long newTimestamp) {
    return new LogPosition(topicId, newOffset, newTimestamp);
  }
}
