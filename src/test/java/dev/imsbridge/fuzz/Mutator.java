package dev.imsbridge.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Changes valid documents at random: bits, ranges, values and fields of JSON, repeated keys, deep
 * nesting, and the values that parsers stumble over. Equal seeds give equal documents. Used by one
 * thread.
 */
final class Mutator {
  private static final int MOST_CHANGES = 6;
  private static final int LONGEST = 1 << 18;
  private static final int DEEPEST = 20_000;
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern FIELD =
      Pattern.compile("\"[^\"\\\\]{1,40}\":(\"[^\"]*\"|[^,{}\\[\\]]+)");

  /** JSON values, also of the wrong type or beyond any range. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "\"\"",
          "\" \"",
          "[]",
          "{}",
          "[[]]",
          "0",
          "-0",
          "-1",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "1e308",
          "1e400",
          "-1e-400",
          "1e999999999",
          "1e9999999999",
          "1E-2147483649",
          "0.1e-2147483647",
          "9".repeat(100),
          "9".repeat(101),
          "NaN",
          "-Infinity",
          "01",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\u0000\"",
          "\"\\u202e\\ufeff\"",
          "\"\ud83d\ude00\"",
          "\"\u0130\u0131\u017f\"",
          "\"\\ud83d\"",
          "\"SUCCESS\"",
          "\"success\"",
          "\"LOST\"",
          "\"2024-11-06T06:00:00.999999999Z\"",
          "\"-999999999-01-01T00:00:00Z\"",
          "\"+1000000000-12-31T23:59:59.999999999Z\"",
          "\"9999-12-31T23:59:59.999Z\"",
          "\"2024-02-30T24:00:60Z\"",
          "\"PT9223372036854775807S\"",
          "\"PT-0.000000001S\"",
          "\"P99999999999D\"",
          "\"99999999999999999999\"",
          "\"../..\"",
          "\"%00\"",
          "\"root\"",
          "\"" + "a".repeat(65) + "\"",
          "\"" + "\\n".repeat(600) + "\"");

  /** Parts that mean something in one of the formats. */
  private static final List<byte[]> PARTS =
      Stream.concat(
              Stream.of(
                      "{",
                      "}",
                      "[",
                      "]",
                      ":",
                      ",",
                      "\"",
                      "\\",
                      "\\u",
                      "\n",
                      "\r",
                      "=",
                      "#",
                      "!",
                      "${",
                      "${env:PATH}",
                      "${file:/x:y}",
                      "$${",
                      ";",
                      "&",
                      "%",
                      "%zz",
                      "+",
                      "-",
                      ".",
                      "/",
                      "//",
                      "@",
                      "user:pass@",
                      "://",
                      "ms",
                      "d",
                      "P",
                      "T",
                      "Z",
                      "/*",
                      "\0",
                      "\ufeff",
                      "\u2028",
                      "\u0660",
                      "value: ",
                      "null: \n\n",
                      "\n\u001e\n",
                      "\"job_id\":",
                      "\"entities\":{\"sub_jobs\":[",
                      "\"specversion\":\"1.0\",",
                      "\"schema\":{},\"payload\":")
                  .map(text -> text.getBytes(UTF_8)),
              Stream.of(
                      "\u00c0\u0080",
                      "\u00ed\u00a0\u0080",
                      "\u00ff",
                      "\u00fe\u00ff",
                      "\u00f4\u0090\u0080\u0080")
                  .map(bytes -> bytes.getBytes(ISO_8859_1)))
          .toList();

  private final Random random;

  Mutator(Random random) {
    this.random = random;
  }

  /** Returns a text that a parser may stumble over. */
  static byte[] value(Random random) {
    String value = VALUES.get(random.nextInt(VALUES.size()));
    return value.replace("\"", "").getBytes(UTF_8);
  }

  /** Returns a changed document that begins as one of the samples. */
  byte[] mutated(List<byte[]> samples) {
    byte[] document = oneOf(samples);
    int changes = random.nextInt(MOST_CHANGES + 1);
    for (int i = 0; i < changes; i++) {
      document = changed(document, samples);
    }
    return document.length > LONGEST ? Arrays.copyOf(document, LONGEST) : document;
  }

  private byte[] changed(byte[] document, List<byte[]> samples) {
    return switch (random.nextInt(12)) {
      case 0 -> bits(document);
      case 1 -> spliced(document, new byte[0], random.nextInt(20));
      case 2 -> Arrays.copyOf(document, random.nextInt(document.length + 1));
      case 3 -> repeated(document);
      case 4, 5 -> spliced(document, oneOf(PARTS), random.nextInt(3));
      case 6 -> spliced(document, range(oneOf(samples)), 0);
      case 7 -> field(document);
      case 8 -> nested(document);
      case 9 -> replaced(document);
      default -> json(document);
    };
  }

  private <T> T oneOf(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private byte[] bits(byte[] document) {
    byte[] changed = document.clone();
    for (int i = random.nextInt(4); i >= 0 && changed.length > 0; i--) {
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return changed;
  }

  private byte[] range(byte[] document) {
    int from = random.nextInt(document.length + 1);
    return Arrays.copyOfRange(
        document, from, from + random.nextInt(Math.min(200, document.length - from) + 1));
  }

  private byte[] repeated(byte[] document) {
    byte[] range = range(document);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int times = 1 + random.nextInt(random.nextInt(10) == 0 ? 500 : 3);
    for (int i = 0; i < times && all.size() < LONGEST; i++) {
      all.writeBytes(range);
    }
    return spliced(document, all.toByteArray(), 0);
  }

  /** Puts a part at a random place instead of some bytes. */
  private byte[] spliced(byte[] document, byte[] part, int instead) {
    int at = random.nextInt(document.length + 1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(document, 0, at);
    out.writeBytes(part);
    int rest = Math.min(document.length, at + instead);
    out.write(document, rest, document.length - rest);
    return out.toByteArray();
  }

  /** Wraps the document, or opens brackets at a random place and never closes them. */
  private byte[] nested(byte[] document) {
    int depth = 1 + random.nextInt(random.nextInt(4) == 0 ? DEEPEST : 80);
    boolean arrays = random.nextBoolean();
    String open = (arrays ? "[" : "{\"entities\":").repeat(depth);
    String text = new String(document, ISO_8859_1);
    int at = random.nextInt(text.length() + 1);
    String changed =
        switch (random.nextInt(3)) {
          case 0 -> open + text + (arrays ? "]" : "}").repeat(depth);
          case 1 -> text.substring(0, at) + open + text.substring(at);
          default ->
              text.replaceFirst(
                  ":",
                  Matcher.quoteReplacement(
                      ":" + open + "0" + (arrays ? "]" : "}").repeat(depth) + ",\"x\":"));
        };
    return changed.getBytes(ISO_8859_1);
  }

  /** Repeats a field, so that its key is there twice. */
  private byte[] field(byte[] document) {
    String text = new String(document, ISO_8859_1);
    List<String> fields =
        FIELD.matcher(text).results().map(each -> each.group()).limit(100).toList();
    if (fields.isEmpty()) {
      return document;
    }
    String field = oneOf(fields);
    String again =
        random.nextBoolean() ? field : field.substring(0, field.indexOf(':') + 1) + oneOf(VALUES);
    return text.replace(field, field + "," + again).getBytes(ISO_8859_1);
  }

  /** Replaces the value of a field in the text, which need not be valid then. */
  private byte[] replaced(byte[] document) {
    String text = new String(document, ISO_8859_1);
    List<String> fields =
        FIELD.matcher(text).results().map(each -> each.group(1)).limit(100).toList();
    String value = new String(oneOf(VALUES).getBytes(UTF_8), ISO_8859_1);
    return fields.isEmpty()
        ? spliced(document, value.getBytes(ISO_8859_1), 0)
        : text.replace(":" + oneOf(fields), ":" + value).getBytes(ISO_8859_1);
  }

  /** Changes the JSON object in the document, so that the result is valid JSON. */
  private byte[] json(byte[] document) {
    String text = new String(document, UTF_8);
    int begin = text.indexOf('{');
    int end = text.lastIndexOf('}') + 1;
    if (begin < 0 || end <= begin) {
      return bits(document);
    }
    try {
      JsonNode whole = JSON.readTree(text.substring(begin, end));
      List<JsonNode> containers = new ArrayList<>();
      collect(whole, containers);
      change(oneOf(containers), whole);
      return (text.substring(0, begin) + JSON.writeValueAsString(whole) + text.substring(end))
          .getBytes(UTF_8);
    } catch (IOException | RuntimeException e) {
      // The earlier changes have broken it.
      return bits(document);
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(each -> collect(each, containers));
    }
  }

  private void change(JsonNode container, JsonNode whole) throws IOException {
    JsonNode value = random.nextInt(4) == 0 ? whole.deepCopy() : JSON.readTree(valid());
    if (container instanceof ArrayNode array) {
      int times = random.nextInt(10) == 0 ? 300 : 1;
      for (int i = 0; i < times; i++) {
        array.insert(random.nextInt(array.size() + 1), value);
      }
    } else if (container instanceof ObjectNode object && !object.isEmpty()) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = oneOf(names);
      switch (random.nextInt(4)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(oneOf(names), object.get(name));
        case 2 -> object.set(name + (char) random.nextInt(0x10000), value);
        default -> object.set(name, value);
      }
    }
  }

  private String valid() {
    while (true) {
      String value = oneOf(VALUES);
      try {
        JSON.readTree(value);
        return value;
      } catch (IOException | ArithmeticException e) {
        // One of the values that are not JSON.
      }
    }
  }
}
