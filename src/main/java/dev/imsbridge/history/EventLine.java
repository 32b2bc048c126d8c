package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * An event as one line of JSON, without parsing it where its bytes can stand as they are: several
 * times as fast, which a replay of everything needs. Pure.
 */
public final class EventLine {
  private static final byte[] JOB_ID = "{\"job_id\":\"".getBytes(UTF_8);
  private static final byte[] JSON = "application/json".getBytes(UTF_8);
  private static final byte[] VALUE = "\":\"".getBytes(UTF_8);
  private static final byte[] DATA = ",\"data\":".getBytes(UTF_8);
  private static final byte[] END = "}\n".getBytes(UTF_8);
  private static final String ATTRIBUTE = "ce_";

  private EventLine() {}

  /** Adds the line, in UTF-8 and with its end; nothing when the record is no event of a job. */
  public static void write(ConsumerRecord<byte[], byte[]> record, LineBuffer out) {
    int begin = out.size();
    if (plainObject(record.value()) && attributes(record, out)) {
      out.add(DATA);
      out.add(record.value());
      out.add(END);
    } else {
      out.cut(begin);
      PublishedEvent.read(record)
          .ifPresent(event -> out.add((event.json() + "\n").getBytes(UTF_8)));
    }
  }

  /** False when something in them has to be looked at more closely. */
  private static boolean attributes(ConsumerRecord<byte[], byte[]> record, LineBuffer out) {
    boolean typed = false;
    boolean json = false;
    char before = '{';
    for (Header header : record.headers()) {
      String name = header.key();
      if (name.startsWith(ATTRIBUTE)) {
        byte[] value = header.value();
        if (value == null || !Bytes.plain(value)) {
          return false;
        }
        out.add(before);
        out.add('"');
        if (!name(name, out)) {
          return false;
        }
        out.add(VALUE);
        out.add(value);
        out.add('"');
        before = ',';
        typed |= name.equals("ce_type");
      } else if (name.equals("content-type")) {
        json = Arrays.equals(header.value(), JSON);
      }
    }
    return typed && json;
  }

  private static boolean name(String header, LineBuffer out) {
    for (int i = ATTRIBUTE.length(); i < header.length(); i++) {
      char each = header.charAt(i);
      if (each < '0' || each > 'z' || each == '\\') {
        return false;
      }
      out.add(each);
    }
    return true;
  }

  // One line, begun like those the bridge writes: with the job's id.
  private static boolean plainObject(byte[] value) {
    return value != null
        && value.length > JOB_ID.length
        && value[value.length - 1] == '}'
        && Arrays.equals(value, 0, JOB_ID.length, JOB_ID, 0, JOB_ID.length)
        && !Bytes.control(value);
  }
}
