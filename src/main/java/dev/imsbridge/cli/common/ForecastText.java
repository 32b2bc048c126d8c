package dev.imsbridge.cli.common;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.history.PublishedEvent;
import java.time.Duration;
import java.time.Instant;

/**
 * Formats the {@code forecast} of a job of the HTTP API, such as {@code after 3m10s: ~57%, ends in
 * 2m20s (95%: 4m05s)}. IMS states the percentage; with a tilde it is the elapsed part of the
 * expected duration. Immutable.
 *
 * @param bars whether a bar precedes a percentage, for terminals
 */
public record ForecastText(boolean bars) {
  private static final int WIDTH = 10;
  private static final double MOST_ESTIMATED = 0.99;

  /**
   * @return empty if there is no forecast
   */
  public String of(JsonNode forecast, Instant now) {
    if (!forecast.path("elapsed_ms").isIntegralNumber()) {
      return "";
    }
    long elapsed = Math.max(0, forecast.path("elapsed_ms").asLong());
    Long median = millisUntil(forecast, "expected_end_at", now);
    Long late = millisUntil(forecast, "expected_end_by", now);
    StringBuilder text = new StringBuilder("after ").append(EventText.took(elapsed));
    if (forecast.path("progress").isNumber()) {
      part(text, "", forecast.path("progress").asDouble());
    } else if (median != null) {
      double all = Math.max(1, elapsed + (double) median);
      part(text, "~", Math.min(MOST_ESTIMATED, elapsed / all));
    }
    if (median != null) {
      text.append(", ends ").append(median == 0 ? "now" : "in " + EventText.took(median));
    }
    if (late != null && late > 0) {
      text.append(" (95%: ").append(EventText.took(late)).append(")");
    }
    return text.append(overlong(forecast) ? ", overlong" : "").toString();
  }

  /** Whether the job has run longer than 99 of 100 jobs of its type. */
  public static boolean overlong(JsonNode forecast) {
    return forecast.path("overlong").asBoolean();
  }

  private void part(StringBuilder text, String sign, double part) {
    double whole = Math.max(0, Math.min(1, part));
    text.append(": ").append(sign).append((int) (whole * 100)).append('%');
    if (bars) {
      int full = (int) (whole * WIDTH);
      text.insert(0, "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] ");
    }
  }

  /** Null if the time is unknown; 0 if it has passed. */
  private static Long millisUntil(JsonNode forecast, String field, Instant now) {
    Instant time = PublishedEvent.time(forecast.path(field));
    return time == null ? null : Long.valueOf(Math.max(0, Duration.between(now, time).toMillis()));
  }
}
