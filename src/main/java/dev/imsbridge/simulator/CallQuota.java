package dev.imsbridge.simulator;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of calls per time, which the gateway writes as {@code limit:200,time:5 minute}.
 *
 * @param limit number of calls, at least 1
 * @param time length of the window in units, at least 1
 * @param unit SECONDS, MINUTES, HOURS or DAYS
 */
public record CallQuota(int limit, int time, ChronoUnit unit) {
  private static final Pattern PERIOD =
      Pattern.compile("([1-9][0-9]{0,5}) (second|minute|hour|day)");

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public CallQuota {
    if (limit < 1 || time < 1) {
      throw new IllegalArgumentException("a quota needs a limit and a time of at least 1");
    }
    switch (unit) {
      case SECONDS, MINUTES, HOURS, DAYS -> {}
      default ->
          throw new IllegalArgumentException(
              "the unit of a quota must be seconds, minutes, hours or days");
    }
  }

  /**
   * Returns the quota of {@code limit} calls per period.
   *
   * @param period a number and a unit, such as {@code 5 minute}
   * @throws IllegalArgumentException if the period has another form
   */
  public static CallQuota of(int limit, String period) {
    Matcher matcher = PERIOD.matcher(period);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "time must be a number and second, minute, hour or day, like \"5 minute\"");
    }
    ChronoUnit unit = ChronoUnit.valueOf(matcher.group(2).toUpperCase(Locale.ROOT) + "S");
    return new CallQuota(limit, Integer.parseInt(matcher.group(1)), unit);
  }

  Duration window() {
    return Duration.of(time, unit);
  }

  String period() {
    String plural = unit.name().toLowerCase(Locale.ROOT);
    return time + " " + plural.substring(0, plural.length() - 1);
  }

  String text() {
    return "limit:" + limit + ",time:" + period();
  }
}
