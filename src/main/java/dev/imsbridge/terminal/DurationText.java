package dev.imsbridge.terminal;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses durations such as {@code 200ms 10s 5m 2h 7d}, or ISO-8601. */
public final class DurationText {
  static final String FORM = "write 200ms, 10s, 5m, 2h, 7d or ISO-8601 such as PT90S";
  private static final Pattern SHORT = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");
  // In nanoseconds, it fits into a long.
  private static final Duration MAX = Duration.ofDays(3650);

  private DurationText() {}

  /**
   * @return more than zero and at most ten years
   * @throws IllegalArgumentException if the text is invalid; the message names the accepted forms
   */
  public static Duration parse(String text) {
    Duration duration = read(text.strip());
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("must be above zero");
    }
    if (duration.compareTo(MAX) > 0) {
      throw new IllegalArgumentException("must be at most " + MAX.toDays() + "d");
    }
    return duration;
  }

  private static Duration read(String text) {
    Matcher matcher = SHORT.matcher(text);
    try {
      if (!matcher.matches()) {
        return Duration.parse(text);
      }
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("is not a duration; " + FORM, e);
    }
  }
}
