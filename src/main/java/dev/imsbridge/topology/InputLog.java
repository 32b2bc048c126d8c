package dev.imsbridge.topology;

import dev.imsbridge.topology.TopicLookup.Found;
import dev.imsbridge.wire.LogPosition;
import java.util.Optional;

/** Compares the stored position with the existing log. Pure functions. */
final class InputLog {
  private static final long UNKNOWN = -1;

  private InputLog() {}

  /** Describes how the log differs from the stored position. Empty if the log continues it. */
  static Optional<String> replaced(LogPosition remembered, Found found) {
    if (!remembered.topicId().equals(found.topicId())) {
      return Optional.of("was created again after the state was made");
    }
    if (found.end() <= remembered.offset()) {
      return Optional.of(
          "has lost records: it ends at offset %s, the state was made up to %s"
              .formatted(found.end(), remembered.offset()));
    }
    return Optional.empty();
  }

  /**
   * Returns the position from which to continue in a replaced log: the beginning of a new topic, or
   * the end of a topic that has lost records. In the second case the records before the end are
   * already folded, and folding them again would repeat events.
   */
  static LogPosition accepted(LogPosition remembered, Found found) {
    return remembered.topicId().equals(found.topicId())
        ? remembered.at(found.end() - 1, UNKNOWN)
        : LogPosition.before(found.topicId());
  }

  /** Whether the record at the stored offset differs from the record that was folded there. */
  static boolean other(LogPosition remembered, long offset, long timestamp) {
    return offset == remembered.offset()
        && remembered.timestamp() != UNKNOWN
        && timestamp != remembered.timestamp();
  }
}
