package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.job.JsonSize;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the JSON of an answer by the rules of {@link Json}. If the answer breaks them, reads it
 * part by part, because an unreadable part must not hide the status of a job. Used for one answer.
 *
 * <p>An unreadable part is a number or a depth beyond the limits of {@link Json}, or a value that
 * JSON does not define, such as {@code NaN}. A placeholder for which {@link #isUnreadable} is true
 * replaces it. Texts with raw control characters or invalid UTF-8 are read. An answer with any
 * other syntax error is rejected, because nothing after the error is reliable.
 */
final class AnswerJson {
  private static final int MAX_PARTS = 8;
  private static final int MAX_PATH = 100;

  /** Maximum depth of an answer. A deeper answer is rejected, because each level takes memory. */
  private static final int MAX_DEPTH_SKIPPED = 10_000;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final JsonMapper LOOSE =
      JsonMapper.builder(
              new JsonFactoryBuilder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH_SKIPPED)
                          .maxNumberLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .build();

  /**
   * @param unreadable one phrase for each part that is unreadable or breaks a rule, at most {@value
   *     #MAX_PARTS}
   */
  record Read(JsonNode json, List<String> unreadable) {}

  private final JsonParser parser;
  private final List<String> unreadable = new ArrayList<>();

  private AnswerJson(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Reads the body of an answer.
   *
   * @throws IOException if the body is not JSON, apart from unreadable parts
   */
  static Read read(byte[] body) throws IOException {
    try {
      return new Read(Json.read(body), List.of());
    } catch (IOException strict) {
      return readLoosely(body);
    }
  }

  /** Whether a value is the placeholder for an unreadable part. */
  static boolean isUnreadable(JsonNode value) {
    return value.isPojo();
  }

  /** Whether a value is a placeholder for an unreadable part or contains one. */
  static boolean hasUnreadable(JsonNode value) {
    if (isUnreadable(value)) {
      return true;
    }
    for (JsonNode each : value) {
      if (hasUnreadable(each)) {
        return true;
      }
    }
    return false;
  }

  private static Read readLoosely(byte[] body) throws IOException {
    String text = new String(body, UTF_8);
    try (JsonParser parser = LOOSE.createParser(Json.withoutMark(text))) {
      AnswerJson reading = new AnswerJson(parser);
      if (!Arrays.equals(text.getBytes(UTF_8), body)) {
        reading.unreadable.add("bytes that are not UTF-8");
      }
      if (hasRawControl(text)) {
        reading.unreadable.add("a raw control character in a text");
      }
      parser.nextToken();
      JsonNode json = reading.value("", 0);
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "text after the end");
      }
      return new Read(json, List.copyOf(reading.unreadable));
    }
  }

  private static boolean hasRawControl(String text) {
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inside && c < ' ') {
        return true;
      }
      if (inside && c == '\\') {
        i++;
      } else if (c == '"') {
        inside = !inside;
      }
    }
    return false;
  }

  /** Reads the value at the current token. */
  private JsonNode value(String path, int depth) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new JsonParseException(parser, "no value");
    }
    return switch (token) {
      case START_OBJECT, START_ARRAY -> container(path, depth + 1);
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(path, token);
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new JsonParseException(parser, "no value");
    };
  }

  private JsonNode container(String path, int depth) throws IOException {
    if (depth > Json.MAX_DEPTH) {
      parser.skipChildren();
      return unreadable(path, "nested deeper than " + Json.MAX_DEPTH);
    }
    return parser.currentToken() == JsonToken.START_OBJECT
        ? object(path, depth)
        : array(path, depth);
  }

  private ObjectNode object(String path, int depth) throws IOException {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      String inner = path.isEmpty() ? name : path + "." + name;
      if (name.length() > Json.MAX_NAME) {
        parser.skipChildren();
        object.set(
            name.substring(0, Json.MAX_NAME),
            unreadable(inner, "a name of more than " + Json.MAX_NAME + " characters"));
      } else {
        object.set(name, value(inner, depth));
      }
    }
    return object;
  }

  private ArrayNode array(String path, int depth) throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(path, depth));
    }
    return array;
  }

  private JsonNode number(String path, JsonToken token) throws IOException {
    String text = parser.getText();
    if (parser.isNaN()) {
      return unreadable(path, "not a number");
    }
    if (text.length() > Json.MAX_NUMBER) {
      return unreadable(path, "a number of " + text.length() + " characters");
    }
    try {
      return token == JsonToken.VALUE_NUMBER_INT
          ? NODES.numberNode(new BigInteger(text))
          : DecimalNode.valueOf(new BigDecimal(text));
    } catch (ArithmeticException | NumberFormatException e) {
      return unreadable(path, "a number out of range");
    }
  }

  private JsonNode unreadable(String path, String why) {
    if (unreadable.size() < MAX_PARTS) {
      unreadable.add(JsonSize.cut(Json.wellFormed(path), MAX_PATH) + ": " + why);
    }
    return NODES.pojoNode(null);
  }
}
