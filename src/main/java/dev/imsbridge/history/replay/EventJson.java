package dev.imsbridge.history.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.Bytes;
import dev.imsbridge.history.PublishedEvent;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Formats an event as one line of JSON. Copies the bytes without parsing if they need no change,
 * which is several times as fast. Replays of whole topics need this. Pure function.
 */
public final class EventJson {
  private static final byte[] JOB_ID = "{\"job_id\":\"".getBytes(UTF_8);
  private static final byte[] JSON = "application/json".getBytes(UTF_8);
  private static final byte[] VALUE = "\":\"".getBytes(UTF_8);
  private static final byte[] DATA = ",\"data\":".getBytes(UTF_8);
  private static final byte[] END = "}\n".getBytes(UTF_8);
  private static final String ATTRIBUTE = "ce_";

  private EventJson() {}

  /**
   * Appends the line in UTF-8 with its line break. Appends nothing if the record is not an event of
   * a job.
   */
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

  /** Appends the attributes; returns false if the record must be parsed. */
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

  // A JSON object on one line that starts with the job id, like the events of the bridge.
  private static boolean plainObject(byte[] value) {
    return value != null
        && value.length > JOB_ID.length
        && value[value.length - 1] == '}'
        && Arrays.equals(value, 0, JOB_ID.length, JOB_ID, 0, JOB_ID.length)
        && !Bytes.control(value);
  }
}
