package dev.imsbridge.wire;

import dev.imsbridge.job.JobRequest.Correlation;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * CloudEvents 1.0 in its Kafka protocol binding: attributes in {@code ce_} headers (binary mode),
 * or attributes and data in one JSON object (structured mode).
 */
public final class CloudEvent {

  private static final String ZEROS = "0".repeat(20);

  /** Where the attributes of an event are written. */
  public enum Mode {
    BINARY,
    STRUCTURED
  }

  /**
   * The attributes of an event.
   *
   * @param extensions the extension attributes in the order in which they are written
   */
  record Attributes(
      String id,
      String source,
      String type,
      String subject,
      Instant time,
      String dataSchema,
      Extensions extensions) {}

  /** The extension attributes of an event. Used by one thread. */
  static final class Extensions {
    /**
     * Printable ASCII of bounded length. IMS chooses the job type, and CloudEvents does not allow
     * control characters.
     */
    private static final Pattern ROUTABLE = Pattern.compile("[ -~]{1,64}");

    private final Map<String, String> values = new LinkedHashMap<>();

    /**
     * @param sequence written with leading zeros so that it sorts as text (the sequence extension)
     */
    Extensions(String rootJob, long sequence) {
      String digits = Long.toString(sequence);
      values.put("rootjob", rootJob);
      values.put("sequence", ZEROS.substring(digits.length()) + digits);
    }

    /** Adds an attribute, unless its value is null or cannot be an attribute. */
    Extensions with(String name, String value) {
      if (value != null && ROUTABLE.matcher(value).matches()) {
        values.put(name, value);
      }
      return this;
    }
  }

  private CloudEvent() {}

  static Event encode(Mode mode, Attributes attributes, Correlation correlation, byte[] data) {
    RecordHeaders headers = new RecordHeaders();
    byte[] value = data;
    if (mode == Mode.BINARY) {
      HeaderNames.add(headers, "ce_specversion", "1.0");
      HeaderNames.add(headers, "ce_id", attributes.id());
      HeaderNames.add(headers, "ce_source", attributes.source());
      HeaderNames.add(headers, "ce_type", attributes.type());
      HeaderNames.add(headers, "ce_subject", attributes.subject());
      HeaderNames.add(headers, "ce_time", attributes.time());
      HeaderNames.add(headers, "ce_dataschema", attributes.dataSchema());
      attributes
          .extensions()
          .values
          .forEach((name, text) -> HeaderNames.add(headers, "ce_" + name, text));
      HeaderNames.add(headers, "content-type", "application/json");
    } else {
      HeaderNames.add(headers, "content-type", "application/cloudevents+json; charset=UTF-8");
      value = structured(attributes, data);
    }
    HeaderNames.add(headers, HeaderNames.TRACEPARENT, correlation.traceparent());
    HeaderNames.add(headers, HeaderNames.TRACESTATE, correlation.tracestate());
    HeaderNames.add(headers, HeaderNames.CORRELATION_ID, correlation.correlationId());
    return new Event(value, headers);
  }

  private static byte[] structured(Attributes attributes, byte[] data) {
    return Json.object(
        json -> {
          json.writeStringField("specversion", "1.0");
          json.writeStringField("id", attributes.id());
          json.writeStringField("source", attributes.source());
          json.writeStringField("type", attributes.type());
          json.writeStringField("subject", attributes.subject());
          Json.instant(json, "time", attributes.time());
          json.writeStringField("dataschema", attributes.dataSchema());
          for (Map.Entry<String, String> each : attributes.extensions().values.entrySet()) {
            json.writeStringField(each.getKey(), each.getValue());
          }
          json.writeStringField("datacontenttype", "application/json");
          json.writeFieldName("data");
          json.writeRawValue(new String(data, java.nio.charset.StandardCharsets.UTF_8));
        });
  }
}
