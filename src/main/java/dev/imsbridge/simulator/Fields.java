package dev.imsbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Reads a JSON object strictly: a wrong kind or an unknown field is a {@link BadInputException}
 * that names it. An absent field and a null are the same: null.
 */
final class Fields {
  private static final double MAX_SECONDS = 366 * 86_400.0;

  private final JsonNode object;

  Fields(JsonNode object, String... known) {
    if (!object.isObject()) {
      throw new BadInputException("a JSON object is expected");
    }
    List<String> allowed = List.of(known);
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!allowed.contains(name)) {
                throw new BadInputException(
                    "unknown field \"" + brief(name) + "\"; known are " + String.join(", ", known));
              }
            });
    this.object = object;
  }

  JsonNode node(String name) {
    JsonNode node = object.get(name);
    return node == null || node.isNull() ? null : node;
  }

  String text(String name) {
    JsonNode node = node(name);
    if (node != null && !node.isTextual()) {
      throw new BadInputException(name + " must be text");
    }
    return node == null ? null : node.textValue();
  }

  Integer integer(String name) {
    JsonNode node = node(name);
    if (node != null && !(node.isIntegralNumber() && node.canConvertToInt())) {
      throw new BadInputException(name + " must be a whole number");
    }
    return node == null ? null : node.intValue();
  }

  Long longInteger(String name) {
    JsonNode node = node(name);
    if (node != null && !(node.isIntegralNumber() && node.canConvertToLong())) {
      throw new BadInputException(name + " must be a whole number");
    }
    return node == null ? null : node.longValue();
  }

  Double number(String name) {
    JsonNode node = node(name);
    if (node != null && !node.isNumber()) {
      throw new BadInputException(name + " must be a number");
    }
    return node == null ? null : node.doubleValue();
  }

  /** Seconds as a number, or ISO-8601 like {@code PT3M}. */
  Duration duration(String name) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (node.isNumber() && node.doubleValue() >= 0 && node.doubleValue() <= MAX_SECONDS) {
      return Duration.ofMillis(Math.round(node.doubleValue() * 1000));
    }
    if (node.isTextual()) {
      try {
        Duration duration = Duration.parse(node.textValue());
        if (!duration.isNegative() && duration.toSeconds() <= MAX_SECONDS) {
          return duration;
        }
      } catch (DateTimeParseException e) {
        // said below
      }
    }
    throw new BadInputException(
        name + " must be seconds or an ISO-8601 duration like \"PT3M\", at most 366 days");
  }

  /** One of an enum's constants, in any case, with {@code -} for {@code _}. */
  <E extends Enum<E>> E choice(String name, Class<E> type) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    String wanted = text.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> constant.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    name
                        + " must be one of "
                        + Arrays.stream(type.getEnumConstants())
                            .map(c -> c.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .collect(Collectors.joining(", "))));
  }

  private static String brief(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
