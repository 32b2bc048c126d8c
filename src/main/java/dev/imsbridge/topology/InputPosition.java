package dev.imsbridge.topology;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.topology.TopicLookup.Found;
import dev.imsbridge.wire.LogPosition;
import java.util.Optional;

/**
 * The position of a processor in its input. It is stored with the results, because the consumer
 * group can lose its offsets. Confined to its task's thread.
 */
final class InputPosition {
  private static final long UNKNOWN = -1;

  private final Found found;
  private LogPosition last;

  /**
   * @param stored the stored position; null before the first record
   * @param found the input as it exists now
   */
  InputPosition(LogPosition stored, Found found) {
    this.found = found;
    last = stored == null ? LogPosition.before(found.topicId()) : stored;
  }

  /** The position of the last record that was processed. */
  LogPosition last() {
    return last;
  }

  /** Returns why the stored position does not apply to the input; empty if it applies. */
  Optional<String> replaced() {
    if (!last.topicId().equals(found.topicId())) {
      return Optional.of("was created again after the state was built");
    }
    if (found.end() <= last.offset()) {
      return Optional.of(
          "has lost records: it ends at offset %s, but the state was built up to offset %s"
              .formatted(found.end(), last.offset()));
    }
    return Optional.empty();
  }

  /**
   * Continues with a replaced input: from the beginning of a new topic, or from the end of a topic
   * that has lost records. In the second case the records before the end are already processed, and
   * processing them again would duplicate events.
   */
  void acceptReplaced() {
    last =
        last.topicId().equals(found.topicId())
            ? last.at(found.end() - 1, UNKNOWN)
            : LogPosition.before(found.topicId());
  }

  /** Whether a record was processed before and is read again. */
  boolean hasPassed(Evidence record) {
    return record.offset() <= last.offset();
  }

  /** Whether the record at the stored offset differs from the record that was processed there. */
  boolean contradicts(Evidence record, long timestamp) {
    return record.offset() == last.offset()
        && last.timestamp() != UNKNOWN
        && timestamp != last.timestamp();
  }

  /** Moves the position to a record that was processed. */
  void advance(Evidence record, long timestamp) {
    last = last.at(record.offset(), timestamp);
  }
}
