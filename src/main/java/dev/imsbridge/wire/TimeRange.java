package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * The range of times accepted from topics, answers, queries and options: 1970 to 9999. Their
 * milliseconds and the differences between them fit into a {@code long}.
 */
public final class TimeRange {
  public static final Instant END = Instant.parse("9999-12-31T23:59:59.999Z");

  private static final int NANOS_PER_MILLI = 1_000_000;
  private static final long SECONDS_PER_DAY = 86_400;

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

  /**
   * Returns the same text as {@link Instant#toString}, for a time in range and in whole
   * milliseconds in a tenth of the time.
   */
  public static String text(Instant time) {
    int nanos = time.getNano();
    if (nanos % NANOS_PER_MILLI != 0 || !contains(time)) {
      return time.toString();
    }
    LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(time.getEpochSecond(), SECONDS_PER_DAY));
    int second = (int) Math.floorMod(time.getEpochSecond(), SECONDS_PER_DAY);
    byte[] text = new byte[nanos == 0 ? 20 : 24];
    digits(text, 0, 4, day.getYear());
    text[4] = '-';
    digits(text, 5, 2, day.getMonthValue());
    text[7] = '-';
    digits(text, 8, 2, day.getDayOfMonth());
    text[10] = 'T';
    digits(text, 11, 2, second / 3600);
    text[13] = ':';
    digits(text, 14, 2, second / 60 % 60);
    text[16] = ':';
    digits(text, 17, 2, second % 60);
    if (nanos != 0) {
      text[19] = '.';
      digits(text, 20, 3, nanos / NANOS_PER_MILLI);
    }
    text[text.length - 1] = 'Z';
    return new String(text, ISO_8859_1);
  }

  private static void digits(byte[] text, int start, int count, int value) {
    int left = value;
    for (int i = start + count - 1; i >= start; i--) {
      text[i] = (byte) ('0' + left % 10);
      left /= 10;
    }
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
