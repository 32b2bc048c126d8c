package dev.imsbridge.wire;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * The times that are accepted from topics, answers, queries and options: 1970 to 9999. Their
 * milliseconds fit into a {@code long}, and so do their differences.
 */
public final class TimeRange {
  static final Instant END = Instant.parse("9999-12-31T23:59:59.999Z");

  private TimeRange() {}

  /** Whether a time is one of these. */
  public static boolean contains(Instant time) {
    return !time.isBefore(Instant.EPOCH) && !time.isAfter(END);
  }

  /**
   * Reads a time in ISO 8601.
   *
   * @throws DateTimeException if it is out of range or no time
   */
  public static Instant parse(String text) {
    return checked(Instant.parse(text));
  }

  /**
   * Returns a time that is in range.
   *
   * @throws DateTimeException if it is not
   */
  public static Instant checked(Instant time) {
    if (!contains(time)) {
      throw new DateTimeException("not between 1970 and 9999");
    }
    return time;
  }
}
