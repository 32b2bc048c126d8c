package dev.imsbridge.cli.common;

import dev.imsbridge.terminal.DurationText;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.wire.TimeRange;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import picocli.CommandLine.TypeConversionException;

/** Parses points in time and durations in options. */
public final class TimeText {
  public static final String FORM =
      "write 2026-11-24T10:00:00Z, 2026-11-24T10:00 or 2026-11-24 in local time, or how long ago:"
          + " 90s, 10m, 2h, 7d";

  private TimeText() {}

  /** Whether the text is a time span before now, which changes with each call. */
  public static boolean relative(String text) {
    return text.strip().indexOf('-') < 1;
  }

  /** Parses a time in the time zone of this machine. */
  public static Instant parse(String text) {
    return parse(text, Clock.system(ZoneId.systemDefault()));
  }

  /**
   * @throws TypeConversionException if the text has none of the accepted forms
   */
  static Instant parse(String text, Clock clock) {
    try {
      return TimeRange.checked(read(text.strip(), clock.instant(), clock.getZone()));
    } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
      throw new TypeConversionException(
          "'%s' is not a time; %s".formatted(SafeText.line(text), FORM));
    }
  }

  private static Instant read(String time, Instant now, ZoneId zone) {
    if (relative(time)) {
      return now.minus(DurationText.parse(time));
    }
    if (time.indexOf('T') < 0) {
      return LocalDate.parse(time).atStartOfDay(zone).toInstant();
    }
    return time.matches(".*(Z|[+-]\\d\\d:?\\d\\d)")
        ? OffsetDateTime.parse(time).toInstant()
        : LocalDateTime.parse(time).atZone(zone).toInstant();
  }

  /**
   * Parses a duration.
   *
   * @throws TypeConversionException if the text is not a duration above zero
   */
  public static Duration duration(String text) {
    try {
      return DurationText.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'%s' %s".formatted(SafeText.line(text), e.getMessage()));
    }
  }
}
