package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The range of times accepted from topics, answers, queries and options: 1970 to 9999. Their
 * milliseconds and the differences between them fit into a {@code long}.
 */
public final class TimeRange {
  public static final Instant END = Instant.parse("9999-12-31T23:59:59.999Z");

  private static final String USUAL = "0000-00-00T00:00:00.000Z";
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
    Instant time = usual(text) ? readUsual(text) : null;
    return checked(time == null ? Instant.parse(text) : time);
  }

  /** Whether a text has the form of nearly all times. A formatter takes ten times as long. */
  static boolean usual(String text) {
    if (text.length() != USUAL.length()) {
      return false;
    }
    for (int i = 0; i < USUAL.length(); i++) {
      char c = text.charAt(i);
      boolean fits = USUAL.charAt(i) == '0' ? c >= '0' && c <= '9' : c == USUAL.charAt(i);
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  /**
   * Parses a text of the {@link #usual} form. Returns null if the date or the time of day does not
   * exist, and for 24:00 and leap seconds.
   */
  static Instant readUsual(String text) {
    try {
      return LocalDateTime.of(
              number(text, 0, 4),
              number(text, 5, 7),
              number(text, 8, 10),
              number(text, 11, 13),
              number(text, 14, 16),
              number(text, 17, 19),
              number(text, 20, 23) * NANOS_PER_MILLI)
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException noSuchMoment) {
      return null;
    }
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }

  /**
   * Returns the same text as {@link Instant#toString}. Takes a tenth of its time for times in range
   * and in whole milliseconds.
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
