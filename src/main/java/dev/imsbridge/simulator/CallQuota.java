package dev.imsbridge.simulator;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * So many calls in so much time, in the gateway's words {@code limit:200,time:5 minute}.
 *
 * @param unit SECONDS, MINUTES, HOURS or DAYS
 */
public record CallQuota(int limit, int time, ChronoUnit unit) {
  private static final Pattern PERIOD =
      Pattern.compile("([1-9][0-9]{0,5}) (second|minute|hour|day)");

  public CallQuota {
    if (limit < 1 || time < 1) {
      throw new IllegalArgumentException("a quota needs a limit and a time of 1 at least");
    }
    switch (unit) {
      case SECONDS, MINUTES, HOURS, DAYS -> {}
      default -> throw new IllegalArgumentException("a quota counts in seconds to days");
    }
  }

  /**
   * @param period for instance {@code 5 minute}
   * @throws IllegalArgumentException when it is not of that form
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
