package dev.imsbridge.bench.common;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;

/**
 * The results of a benchmark: a record whose components are the fields of the JSON, in snake case.
 */
public interface Report {
  JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /** Returns the results as tables and text. */
  String text();

  /** Whether the results are as required; if not, the command ends with 1. */
  default boolean passed() {
    return true;
  }

  /** Returns the results as formatted JSON. */
  default String json() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a figure with three decimals. */
  static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /** Returns the median with three decimals. */
  static double median(double... figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return rounded(
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
  }

  /** Returns a number without an exponent, and without decimals if it has none. */
  static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Describes this machine, for the method of a report. */
  static String machine() {
    return "%s cores, Java %s."
        .formatted(Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"));
  }
}
