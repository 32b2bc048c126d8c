package dev.imsbridge.wire;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Parses the times that IMS and IAM write: {@code 2024-11-06T06:19:43.195Z}, in older answers
 * {@code 04-Jun-2015 18:11:06:586}, and the other forms that libraries write by default. Times
 * without an offset are UTC.
 */
public final class ApiTime {
  /**
   * A date in one of three forms, {@code T} or a blank, a time, optionally a fraction and an
   * offset.
   */
  private static final DateTimeFormatter LENIENT =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .appendPattern("[uuuu-MM-dd][uuuu/MM/dd][d-MMM-uuuu]['T'][' ']HH:mm[:ss]")
          .append(fraction())
          .append(offset())
          .toFormatter(Locale.ENGLISH);

  private static final DateTimeFormatter BASIC =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss", Locale.ROOT))
          .append(fraction())
          .append(offset())
          .toFormatter(Locale.ROOT);

  private static final List<DateTimeFormatter> FORMATS =
      List.of(
          DateTimeFormatter.ISO_DATE_TIME, LENIENT, BASIC, DateTimeFormatter.RFC_1123_DATE_TIME);
  private static final int MAX_LENGTH = 64;

  private ApiTime() {}

  private static DateTimeFormatter fraction() {
    DateTimeFormatterBuilder fraction = new DateTimeFormatterBuilder();
    for (char separator : new char[] {'.', ',', ':'}) {
      fraction
          .optionalStart()
          .appendLiteral(separator)
          .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, false)
          .optionalEnd();
    }
    return fraction.toFormatter(Locale.ROOT);
  }

  private static DateTimeFormatter offset() {
    return new DateTimeFormatterBuilder()
        .parseCaseInsensitive()
        .appendPattern("[' ']['UTC']['GMT'][XXX][XX][X]")
        .toFormatter(Locale.ROOT);
  }

  /**
   * Parses a time. Returns null for null, for a text that is not a time, and for a time outside
   * 1970 to 9999.
   */
  public static Instant parse(String text) {
    if (text == null || text.length() > MAX_LENGTH) {
      return null;
    }
    Instant instant = read(text.strip());
    return instant != null && TimeRange.contains(instant) ? instant : null;
  }

  private static Instant read(String text) {
    if (TimeRange.usual(text)) {
      return TimeRange.readUsual(text);
    }
    if (!text.isEmpty() && text.chars().allMatch(Character::isDigit)) {
      return epoch(text);
    }
    return FORMATS.stream()
        .map(format -> read(text, format))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static Instant read(String text, DateTimeFormatter format) {
    try {
      TemporalAccessor time = format.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
      return time instanceof OffsetDateTime offset
          ? offset.toInstant()
          : ((LocalDateTime) time).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException notOfThisForm) {
      return null;
    }
  }

  // In this century a time has 10 digits in seconds since 1970 and 13 digits in milliseconds.
  private static Instant epoch(String digits) {
    return switch (digits.length()) {
      case 10 -> Instant.ofEpochSecond(Long.parseLong(digits));
      case 13 -> Instant.ofEpochMilli(Long.parseLong(digits));
      default -> null;
    };
  }
}
