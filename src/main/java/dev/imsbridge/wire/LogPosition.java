package dev.imsbridge.wire;

/**
 * The last processed record of a partition. The store keeps it, so that a record is processed once
 * even if the consumer group loses its offsets.
 *
 * @param topicId the id of the topic; a topic that is deleted and created again has another id
 * @param offset the offset of the record; -1 before the first
 * @param timestamp the timestamp of the record in milliseconds since 1970; it reveals a log that
 *     was truncated and has grown again
 */
public record LogPosition(String topicId, long offset, long timestamp) {

  /** The position before the first record of a topic. */
  public static LogPosition before(String topicId) {
    return new LogPosition(topicId, -1, 0);
  }

  /** The position after one more record. */
  public LogPosition at(long newOffset, long newTimestamp) {
    return new LogPosition(topicId, newOffset, newTimestamp);
  }
}
