package dev.imsbridge.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;

/**
 * Validators of setting values. Null is always valid, because the command that needs a setting
 * reports that it is missing.
 */
final class Checks {
  private Checks() {}

  /** Accepts a value if {@code test} does not throw an IllegalArgumentException. */
  private static Validator check(String form, Consumer<Object> test) {
    return LambdaValidator.with(
        (name, value) -> {
          try {
            if (value != null) {
              test.accept(value);
            }
          } catch (IllegalArgumentException e) {
            throw new ConfigException(e.getMessage());
          }
        },
        () -> form);
  }

  /** Accepts a text if {@code read} does not throw an IllegalArgumentException. */
  static Validator text(String form, Consumer<String> read) {
    return check(form, value -> read.accept((String) value));
  }

  /** Accepts a text that matches the whole pattern. */
  static Validator matching(String form, String pattern) {
    return that(form, Pattern.compile(pattern).asMatchPredicate());
  }

  /** Accepts a text for which {@code test} is true. */
  static Validator that(String form, Predicate<String> test) {
    return text(
        form,
        value -> {
          if (!test.test(value)) {
            throw new IllegalArgumentException("must be " + form);
          }
        });
  }

  static <E extends Enum<E>> Validator oneOf(Class<E> words) {
    return oneOf(
        Arrays.stream(words.getEnumConstants())
            .map(word -> word.name().toLowerCase(Locale.ROOT))
            .toArray(String[]::new));
  }

  /** Accepts these words in any case. */
  static Validator oneOf(String... words) {
    return that(
        "one of " + String.join(", ", words),
        value -> List.of(words).contains(value.toLowerCase(Locale.ROOT)));
  }

  static Validator between(Number min, Number max) {
    String form = min + " to " + max;
    return check(
        form,
        value -> {
          double number = ((Number) value).doubleValue();
          if (!(number >= min.doubleValue() && number <= max.doubleValue())) {
            throw new IllegalArgumentException("must be " + form);
          }
        });
  }
}
