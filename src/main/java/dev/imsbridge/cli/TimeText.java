package dev.imsbridge.cli;

import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.DurationText;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.wire.TimeRange;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;

/** Parses points in time in options. */
final class TimeText {
  static final String FORM =
      "write 2026-11-24T10:00:00Z, 2026-11-24T10:00 or 2026-11-24 in local time, or how long ago:"
          + " 90s, 10m, 2h, 7d";

  private TimeText() {}

  /** Whether the text is a time span before now, which changes with each call. */
  static boolean relative(String text) {
    return text != null && text.strip().indexOf('-') < 1;
  }

  /**
   * @param option named in the failure
   * @return null for null
   * @throws CommandFailure if the text has none of the accepted forms
   */
  static Instant parse(String option, String text, Instant now, ZoneId zone) {
    if (text == null) {
      return null;
    }
    try {
      return TimeRange.checked(read(text.strip(), now, zone));
    } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
      throw CommandFailure.usage(
          "%s: '%s' is not a time; %s".formatted(option, SafeText.line(text), FORM));
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
}
