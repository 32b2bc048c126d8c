package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The requests that programs send, one for each form in the tables of {@code docs/events.md}. The
 * values are those that the named serializers write.
 */
public final class RequestForms {
  private static final String BINARY_EVENT = "CloudEvent, binary";

  /**
   * A form.
   *
   * @param name the first cell of its row in the documentation
   * @param value the value for a job id
   * @param reason the beginning of the reason of its refusal; null if it is accepted
   */
  public record Form(String name, Function<String, byte[]> value, String reason) {
    static Form of(String name, String template) {
      return new Form(name, id -> filled(template, id).getBytes(UTF_8), null);
    }

    static Form refused(String name, String reason, Function<String, byte[]> value) {
      return new Form(name, value, reason);
    }

    /** Returns the headers of the record. */
    public RecordHeaders headers() {
      RecordHeaders headers = new RecordHeaders();
      if (name.equals(BINARY_EVENT)) {
        Map.of("ce_specversion", "1.0", "ce_id", "1", "ce_source", "/orders", "ce_type", "created")
            .forEach((header, text) -> headers.add(header, text.getBytes(UTF_8)));
        headers.add("content-type", "application/json".getBytes(UTF_8));
      }
      return headers;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private RequestForms() {}

  public static List<Form> all() {
    return Stream.concat(accepted().stream(), refused().stream()).toList();
  }

  public static List<Form> accepted() {
    return List.of(
        Form.of("plain text", "ID"),
        Form.of("plain text, white space around it", " \t ID\r\n"),
        Form.of("plain text, UTF-8 byte order mark", "\ufeffID"),
        Form.of("JSON object", "{'job_id':'ID','labels':{'order':'4711'},'deadline':'PT6H'}"),
        Form.of("JSON object, several lines", "\ufeff\r\n{\r\n  'job_id': 'ID'\r\n}\r\n"),
        Form.of("JSON string", "'ID'"),
        Form.of("JSON string of a JSON object", "'{\\'job_id\\':\\'ID\\'}'"),
        Form.of("answer of an IMS call", "{'job_id':'ID','httpStatusCode':200}"),
        Form.of(
            "Kafka Connect, string",
            "{'schema':{'type':'string','optional':false},'payload':'ID'}"),
        Form.of(
            "Kafka Connect, struct",
            "{'schema':{'type':'struct','fields':[{'type':'string','optional':false,"
                + "'field':'job_id'}],'optional':false,'name':'request'},"
                + "'payload':{'job_id':'ID'}}"),
        Form.of(BINARY_EVENT, "{'job_id':'ID'}"),
        Form.of("CloudEvent, structured", event("'data':{'job_id':'ID'}")),
        Form.of("CloudEvent, structured, string", event("'data':'ID'")),
        new Form(
            "CloudEvent, structured, Base64",
            id ->
                filled(event("'data_base64':'ID'"), Base64.getEncoder().encodeToString(bytes(id)))
                    .getBytes(UTF_8),
            null));
  }

  public static List<Form> refused() {
    return List.of(
        Form.refused(
            "Confluent wire format",
            "Confluent wire format",
            id -> joined(new byte[] {0, 0, 0, 0, 7}, bytes("{\"job_id\":\"" + id + "\"}"))),
        Form.refused(
            "UTF-16, byte order mark",
            "UTF-16 text",
            id -> joined(new byte[] {(byte) 0xff, (byte) 0xfe}, id.getBytes(UTF_16LE))),
        Form.refused("UTF-16, no mark", "UTF-16 text", id -> id.getBytes(UTF_16BE)),
        Form.refused(
            "Avro file", "an Avro file", id -> joined(new byte[] {'O', 'b', 'j', 1, 2}, bytes(id))),
        Form.refused(
            "Avro single object",
            "an Avro single object",
            id -> joined(new byte[] {(byte) 0xc3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 64}, bytes(id))),
        Form.refused(
            "JSON array",
            "a JSON array; send one record per request",
            id -> filled("[{'job_id':'ID'},{'job_id':'ID'}]", id).getBytes(UTF_8)));
  }

  private static String event(String data) {
    return "{'specversion':'1.0','id':'1','source':'/orders','type':'created',"
        + "'datacontenttype':'application/json',"
        + data
        + "}";
  }

  private static String filled(String template, String id) {
    return template.replace('\'', '"').replace("ID", id);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(first);
    all.writeBytes(second);
    return all.toByteArray();
  }
}
