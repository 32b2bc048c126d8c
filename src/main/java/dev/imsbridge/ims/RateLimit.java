package dev.imsbridge.ims;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rate limit in the format of the API gateway: {@code policy user over ratelimit,limit:200,time:5
 * minute}.
 *
 * @param calls the calls allowed in each {@code window}
 * @param window at most 1 hour
 */
public record RateLimit(int calls, Duration window) {
  /** A limit with a longer window says little about the next minutes and is ignored. */
  private static final Duration MAX_WINDOW = Duration.ofHours(1);

  private static final Pattern LIMIT =
      Pattern.compile(
          "limit\\s*:\\s*(\\d{1,9})\\s*,\\s*time\\s*:\\s*(\\d{1,6})\\s*(second|minute|hour|day)s?",
          Pattern.CASE_INSENSITIVE);

  public RateLimit {
    if (calls < 1 || window.isZero() || window.isNegative() || window.compareTo(MAX_WINDOW) > 0) {
      throw new IllegalArgumentException("not a rate limit: " + calls + " calls in " + window);
    }
  }

  /** Returns the limit that {@code text} names; null if it names none or an unusable one. */
  static RateLimit in(String text) {
    if (text == null) {
      return null;
    }
    Matcher limit = LIMIT.matcher(text);
    if (!limit.find()) {
      return null;
    }
    int calls = Integer.parseInt(limit.group(1));
    Duration window = window(Integer.parseInt(limit.group(2)), limit.group(3));
    if (calls == 0 || window.isZero() || window.compareTo(MAX_WINDOW) > 0) {
      return null;
    }
    return new RateLimit(calls, window);
  }

  private static Duration window(int count, String unit) {
    return switch (unit.toLowerCase(Locale.ROOT)) {
      case "second" -> Duration.ofSeconds(count);
      case "minute" -> Duration.ofMinutes(count);
      case "hour" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
