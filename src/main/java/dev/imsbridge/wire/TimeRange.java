package dev.imsbridge.wire;

import static java.time.ZoneOffset.UTC;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;

/**
 * The range of times accepted from topics, answers, queries and options: 1970 to 9999. Their
 * milliseconds and the differences between them fit into a {@code long}.
 */
public final class TimeRange {
  public static final Instant END = Instant.parse("9999-12-31T23:59:59.999Z");

  private TimeRange() {}

  /** Whether a time is in range. */
  public static boolean contains(Instant time) {
    return !time.isBefore(Instant.EPOCH) && !time.isAfter(END);
  }

  /**
   * Parses a time in ISO 8601.
   *
   * @throws DateTimeException if the text is not a time or the time is out of range
   */
  public static Instant parse(String text) {
    return checked(Instant.parse(text));
  }

  /** Returns the same text as {@link Instant#toString} for a time in range, in half the time. */
  public static String text(Instant time) {
    LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), UTC);
    return utc.getSecond() == 0 && utc.getNano() == 0 ? utc + ":00Z" : utc + "Z";
  }

  /**
   * Returns the given time if it is in range.
   *
   * @throws DateTimeException if it is out of range
   */
  public static Instant checked(Instant time) {
    if (!contains(time)) {
      throw new DateTimeException("not between 1970 and 9999");
    }
    return time;
  }
}
