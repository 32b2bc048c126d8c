package dev.imsbridge.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Reads JSON from outside the bridge with limits, and writes JSON. Thread-safe. */
final class Json {
  static final int MAX_DEPTH = 64;
  static final int MAX_NUMBER = 100;
  static final int MAX_NAME = 1_000;
  private static final int INITIAL_SIZE = 1_024;
  private static final char BYTE_ORDER_MARK = '\ufeff';

  /**
   * Reads JSON from outside the bridge. Limits depth, numbers and names. Keeps numbers exact, so
   * that a value can be written verbatim.
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
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
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

  /** Reads JSON in UTF-8 from outside the bridge. */
  static JsonNode read(byte[] json) throws IOException {
    return read(() -> READER.readTree(json));
  }

  /** Reads JSON text from outside the bridge. */
  static JsonNode read(String json) throws IOException {
    return read(() -> READER.readTree(json));
  }

  /** Removes the byte order mark that some editors write before a text. */
  static String withoutMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  // For an exponent out of BigDecimal's range Jackson throws an exception that it does not declare.
  private static JsonNode read(Source source) throws IOException {
    try {
      return source.read();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new JsonParseException(null, "a number out of range", e);
    }
  }

  /**
   * Writes one object as UTF-8. Texts should be well-formed, as {@link #wellFormed} makes them. A
   * lone surrogate in raw JSON becomes a question mark, because an error would stop a partition.
   */
  static byte[] object(Body body) {
    try {
      ByteArrayBuilder bytes = new ByteArrayBuilder(INITIAL_SIZE);
      write(READER.createGenerator(bytes), body);
      return bytes.toByteArray();
    } catch (JsonProcessingException e) {
      return fromText(body);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  private static byte[] fromText(Body body) {
    try {
      StringWriter text = new StringWriter(INITIAL_SIZE);
      write(READER.createGenerator(text), body);
      return text.toString().getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  private static void write(JsonGenerator generator, Body body) throws IOException {
    try (generator) {
      generator.writeStartObject();
      body.write(generator);
      generator.writeEndObject();
    }
  }

  static void string(JsonGenerator json, String name, String value) throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, value);
    }
  }

  static void instant(JsonGenerator json, String name, Instant value) throws IOException {
    string(json, name, value == null ? null : TimeRange.text(value));
  }

  /**
   * A field as text, including numbers and booleans. Null for blank text and for any other value.
   */
  static String text(JsonNode object, String field) {
    JsonNode value = object.get(field);
    if (value == null || !value.isValueNode() || value.isNull() || AnswerJson.isUnreadable(value)) {
      return null;
    }
    String text = value.asText();
    return text.isBlank() ? null : wellFormed(text);
  }

  /**
   * Replaces each lone surrogate, which a JSON escape can contain, by a question mark. UTF-8 cannot
   * encode it, so the store would return a different value.
   */
  static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      }
    }
    return text;
  }
}
