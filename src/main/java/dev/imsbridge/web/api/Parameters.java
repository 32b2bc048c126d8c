package dev.imsbridge.web.api;

import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.StatusWords;
import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.web.http.LabelParameter;
import dev.imsbridge.wire.TimeRange;
import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;

/**
 * Reads parameters that several paths have. A missing parameter is null. Throws a {@link
 * BadRequestException} that says which values are valid.
 */
final class Parameters {
  private Parameters() {}

  static Instant time(String name, MultiMap query) {
    String text = query.get(name);
    try {
      return text == null ? null : TimeRange.parse(text);
    } catch (DateTimeException e) {
      throw new BadRequestException(name + ": a time such as 2024-11-06T07:39:45Z");
    }
  }

  static JobOutcome outcome(MultiMap query) {
    String word = query.get("outcome");
    return word == null
        ? null
        : StatusWords.outcome(word)
            .orElseThrow(() -> new BadRequestException("outcome: one of " + StatusWords.OUTCOMES));
  }

  /** Returns the name and the value of a label. */
  static Map.Entry<String, String> label(MultiMap query) {
    String text = query.get("label");
    if (text == null) {
      return null;
    }
    return LabelParameter.of(text)
        .map(label -> Map.entry(label.name(), label.value()))
        .orElseThrow(() -> new BadRequestException("label: " + LabelParameter.FORM));
  }

  static int limit(MultiMap query, int defaultLimit, int max) {
    String text = query.get("limit");
    if (text == null) {
      return defaultLimit;
    }
    if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > max) {
      throw new BadRequestException("limit: a number from 1 to " + max);
    }
    return Integer.parseInt(text);
  }
}
