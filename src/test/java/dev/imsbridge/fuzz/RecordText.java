package dev.imsbridge.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record as one document that can be mutated: a line {@code name: value} for each header, an
 * empty line, and the value. {@code :key} and {@code :time} are no headers; without a line {@code
 * :key} there is no key, and with a line {@code :null} no value.
 */
record RecordText(byte[] key, byte[] value, RecordHeaders headers, long timestamp) {
  private static final String END = "\n\n";

  static RecordText of(byte[] document) {
    String text = new String(document, ISO_8859_1);
    int end = text.indexOf(END);
    String head = end < 0 ? "" : text.substring(0, end);
    byte[] value = (end < 0 ? text : text.substring(end + END.length())).getBytes(ISO_8859_1);
    byte[] key = null;
    long timestamp = 0;
    RecordHeaders headers = new RecordHeaders();
    for (String line : head.split("\n")) {
      int colon = line.indexOf(": ");
      String name = colon < 0 ? line : line.substring(0, colon);
      byte[] bytes = colon < 0 ? null : line.substring(colon + 2).getBytes(ISO_8859_1);
      switch (name) {
        case ":key" -> key = bytes;
        case ":null" -> value = null;
        case ":time" -> timestamp = number(bytes);
        default -> headers.add(name, bytes);
      }
    }
    return new RecordText(key, value, headers, timestamp);
  }

  private static long number(byte[] bytes) {
    try {
      return bytes == null ? 0 : Long.parseLong(new String(bytes, ISO_8859_1));
    } catch (NumberFormatException e) {
      return Long.MIN_VALUE;
    }
  }

  static byte[] write(byte[] key, byte[] value, Headers headers, long timestamp) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    line(out, ":time", Long.toString(timestamp).getBytes(ISO_8859_1));
    if (key != null) {
      line(out, ":key", key);
    }
    for (Header header : headers) {
      line(out, header.key(), header.value());
    }
    if (value == null) {
      out.writeBytes(":null\n".getBytes(ISO_8859_1));
    }
    out.write('\n');
    out.writeBytes(value == null ? new byte[0] : value);
    return out.toByteArray();
  }

  private static void line(ByteArrayOutputStream out, String name, byte[] value) {
    out.writeBytes((name + ": ").getBytes(ISO_8859_1));
    out.writeBytes(value);
    out.write('\n');
  }
}
