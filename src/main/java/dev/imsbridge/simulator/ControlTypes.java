package dev.imsbridge.simulator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Reads the value types of the control API: durations as seconds or in ISO-8601 form, enum
 * constants by name, in any case and with {@code -} for {@code _}.
 */
final class ControlTypes extends SimpleModule {
  private static final long serialVersionUID = 1L;
  private static final double MAX_SECONDS = 366 * 86_400.0;

  ControlTypes() {
    addDeserializer(Duration.class, new DurationReader());
    setDeserializerModifier(new EnumReaders());
  }

  /** The values that a field of this type accepts, as they complete "must be". */
  static String describe(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> word((Enum<?>) constant))
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == Duration.class) {
      return "seconds or an ISO-8601 duration like \"PT3M\", at most 366 days";
    }
    if (type == String.class) {
      return "text";
    }
    if (type == Double.class) {
      return "a number";
    }
    return List.class.isAssignableFrom(type)
        ? "a list of at most " + FaultList.MAX_FAULTS
        : "a whole number";
  }

  private static String word(Enum<?> constant) {
    return constant instanceof ImsJobType type
        ? type.wireName()
        : constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static final class DurationReader extends StdScalarDeserializer<Duration> {
    private static final long serialVersionUID = 1L;

    DurationReader() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      Duration duration = json.currentToken().isNumeric() ? seconds(json) : iso(json);
      if (duration == null || duration.isNegative() || duration.toSeconds() > MAX_SECONDS) {
        throw MismatchedInputException.from(json, Duration.class, "not a duration");
      }
      return duration;
    }

    private static Duration seconds(JsonParser json) throws IOException {
      double seconds = json.getDoubleValue();
      return seconds < 0 ? null : Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static Duration iso(JsonParser json) throws IOException {
      try {
        return json.hasToken(JsonToken.VALUE_STRING) ? Duration.parse(json.getText()) : null;
      } catch (DateTimeParseException e) {
        return null;
      }
    }
  }

  private static final class EnumReaders extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonDeserializer<?> modifyEnumDeserializer(
        DeserializationConfig config,
        JavaType type,
        BeanDescription description,
        JsonDeserializer<?> standard) {
      return new EnumReader(type.getRawClass());
    }
  }

  private static final class EnumReader extends StdScalarDeserializer<Object> {
    private static final long serialVersionUID = 1L;

    EnumReader(Class<?> type) {
      super(type);
    }

    @Override
    public Object deserialize(JsonParser json, DeserializationContext context) throws IOException {
      String text = json.hasToken(JsonToken.VALUE_STRING) ? json.getText() : "";
      // Case counts in a job_type, as it does at IMS.
      String wanted =
          handledType() == ImsJobType.class
              ? text
              : text.toLowerCase(Locale.ROOT).replace('_', '-');
      for (Object constant : handledType().getEnumConstants()) {
        if (word((Enum<?>) constant).equals(wanted)) {
          return constant;
        }
      }
      throw MismatchedInputException.from(json, handledType(), "not a constant");
    }
  }
}
