package dev.imsbridge.topology;

import dev.imsbridge.topology.TopicLookup.Found;
import dev.imsbridge.wire.LogPosition;
import java.util.Optional;

/** Compares the position that the store remembers with the log that is there. Pure. */
final class InputLog {
  private static final long UNKNOWN = -1;

  private InputLog() {}

  /** How the log differs from the remembered one; empty when it does not. */
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
   * The position to go on from in a log that was replaced: the beginning of a new topic, the end of
   * one that has lost records. There the records before the end were taken, and taking them again
   * would repeat events.
   */
  static LogPosition accepted(LogPosition remembered, Found found) {
    return remembered.topicId().equals(found.topicId())
        ? remembered.at(found.end() - 1, UNKNOWN)
        : LogPosition.before(found.topicId());
  }

  /** Whether a record at the remembered offset is another one than was taken. */
  static boolean other(LogPosition remembered, long offset, long timestamp) {
    return offset == remembered.offset()
        && remembered.timestamp() != UNKNOWN
        && timestamp != remembered.timestamp();
  }
}
