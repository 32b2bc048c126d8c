package dev.imsbridge.ims;

import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * Reads the header Retry-After, in seconds or as a date. A date is relative to the answer's Date
 * header, so a wrong clock on either side has no effect.
 */
final class RetryAfter {
  private static final Duration MAX_WAIT = Duration.ofDays(1);

  private RetryAfter() {}

  /** Returns the requested wait, at most 1 day; null if there is none or if it is not positive. */
  static Duration of(MultiMap headers) {
    String text = headers.get("Retry-After");
    if (text == null) {
      return null;
    }
    text = text.strip();
    Duration wait;
    if (text.matches("\\d{1,9}")) {
      wait = Duration.ofSeconds(Long.parseLong(text));
    } else {
      Instant until = date(text);
      Instant from = date(headers.get("Date"));
      wait = until == null || from == null ? null : Duration.between(from, until);
    }
    if (wait == null || wait.isNegative() || wait.isZero()) {
      return null;
    }
    return wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait;
  }

  /** Parses an HTTP date; null if {@code text} is null or not a date. */
  static Instant date(String text) {
    if (text == null) {
      return null;
    }
    try {
      return ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
