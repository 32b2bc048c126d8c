package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * An event as one line of JSON, without parsing it where its bytes can stand as they are: several
 * times as fast, which a replay of everything needs. Pure.
 */
public final class EventLine {
  private static final byte[] JOB_ID = "\"job_id\":\"".getBytes(UTF_8);
  private static final byte[] JSON = "application/json".getBytes(UTF_8);
  private static final byte[] DATA = ",\"data\":".getBytes(UTF_8);
  private static final byte[] END = "}\n".getBytes(UTF_8);
  private static final String ATTRIBUTE = "ce_";

  private EventLine() {}

  /** Adds the line, in UTF-8 and with its end; nothing when the record is no event of a job. */
  public static void write(ConsumerRecord<byte[], byte[]> record, ByteArrayOutputStream out) {
    byte[] attributes = attributes(record);
    if (attributes != null && plainObject(record.value())) {
      out.writeBytes(attributes);
      out.writeBytes(DATA);
      out.writeBytes(record.value());
      out.writeBytes(END);
    } else {
      PublishedEvent.read(record)
          .ifPresent(event -> out.writeBytes((event.json() + "\n").getBytes(UTF_8)));
    }
  }

  /** Null when something in them has to be looked at more closely. */
  private static byte[] attributes(ConsumerRecord<byte[], byte[]> record) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    boolean typed = false;
    boolean json = false;
    for (Header header : record.headers()) {
      String name = header.key();
      byte[] value = header.value();
      if (name.startsWith(ATTRIBUTE)) {
        byte[] attribute = name.substring(ATTRIBUTE.length()).getBytes(UTF_8);
        if (value == null || !plain(attribute) || !plain(value)) {
          return null;
        }
        line.write(line.size() == 0 ? '{' : ',');
        quoted(line, attribute);
        line.write(':');
        quoted(line, value);
        typed |= name.equals("ce_type");
      } else if (name.equals("content-type")) {
        json = Arrays.equals(value, JSON);
      }
    }
    return typed && json ? line.toByteArray() : null;
  }

  private static void quoted(ByteArrayOutputStream line, byte[] text) {
    line.write('"');
    line.writeBytes(text);
    line.write('"');
  }

  // One line, begun like those the bridge writes: with the job's id.
  private static boolean plainObject(byte[] value) {
    int last = value == null ? 0 : value.length - 1;
    if (last <= JOB_ID.length || value[0] != '{' || value[last] != '}') {
      return false;
    }
    for (int i = 0; i < JOB_ID.length; i++) {
      if (value[i + 1] != JOB_ID[i]) {
        return false;
      }
    }
    for (byte each : value) {
      if (each >= 0 && each < ' ') {
        return false;
      }
    }
    return true;
  }

  private static boolean plain(byte[] text) {
    for (byte each : text) {
      if (each < ' ' || each > '~' || each == '"' || each == '\\') {
        return false;
      }
    }
    return true;
  }
}
