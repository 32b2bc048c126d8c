package dev.imsbridge.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** The one way this package reads and writes JSON. Thread-safe. */
final class Json {
  static final int MAX_DEPTH = 64;
  static final int MAX_NUMBER = 100;
  static final int MAX_NAME = 1_000;
  private static final char BYTE_ORDER_MARK = '\ufeff';

  /**
   * Reads what comes from outside: bounded, and exact in numbers, so that it can travel verbatim.
   */
  static final JsonMapper READER =
      JsonMapper.builder(
              new com.fasterxml.jackson.core.JsonFactoryBuilder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER)
                          .maxNameLength(MAX_NAME)
                          .build())
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private interface Source {
    JsonNode read() throws IOException;
  }

  /** Reads bytes from outside. */
  static JsonNode read(byte[] json) throws IOException {
    return read(() -> READER.readTree(json));
  }

  /** Reads text from outside. */
  static JsonNode read(String json) throws IOException {
    return read(() -> READER.readTree(json));
  }

  /** A text without the mark that some editors put before it. */
  static String withoutMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  // An exponent that no BigDecimal holds is an exception of no kind that Jackson declares.
  private static JsonNode read(Source source) throws IOException {
    try {
      return source.read();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new JsonParseException(null, "a number beyond all measure", e);
    }
  }

  /**
   * The UTF-8 bytes of one object. By way of characters: half a surrogate pair, which a JSON escape
   * can hold, then becomes a question mark instead of an error.
   */
  static byte[] object(Body body) {
    StringWriter text = new StringWriter(512);
    try (JsonGenerator json = READER.createGenerator(text)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  static void string(JsonGenerator json, String name, String value) throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, value);
    }
  }

  static void instant(JsonGenerator json, String name, Instant value) throws IOException {
    string(json, name, value == null ? null : value.toString());
  }

  /** A field as text: numbers and booleans count as their text; null for anything else and "". */
  static String text(JsonNode object, String field) {
    JsonNode value = object.get(field);
    if (value == null || !value.isValueNode() || value.isNull() || AnswerJson.isUnreadable(value)) {
      return null;
    }
    String text = value.asText();
    return text.isBlank() ? null : wellFormed(text);
  }

  // Half a surrogate pair would come back from the store as a question mark, and so as news.
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      }
    }
    return text;
  }
}
