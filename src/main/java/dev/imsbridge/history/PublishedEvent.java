package dev.imsbridge.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.wire.Headers;
import dev.imsbridge.wire.TimeRange;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * An event as read back from its topic, in whichever mode it was written.
 *
 * @param cloudEvent all of it, in the JSON form of CloudEvents
 */
public record PublishedEvent(ObjectNode cloudEvent) {
  /** Numbers as they were written: what IMS said travels verbatim. */
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final String ATTRIBUTE = "ce_";

  /** Reads a record; empty when it is no CloudEvent about a job. */
  public static Optional<PublishedEvent> read(ConsumerRecord<byte[], byte[]> record) {
    try {
      JsonNode value = record.value() == null ? null : JSON.readTree(record.value());
      if (!(value instanceof ObjectNode object)) {
        return Optional.empty();
      }
      ObjectNode event = structured(record) ? object : binary(record, object);
      return event.path("data").path("job_id").isTextual() && event.path("type").isTextual()
          ? Optional.of(new PublishedEvent(event))
          : Optional.empty();
    } catch (IOException | ArithmeticException | NumberFormatException e) {
      // The latter two: an exponent that no BigDecimal holds.
      return Optional.empty();
    }
  }

  private static boolean structured(ConsumerRecord<byte[], byte[]> record) {
    String type = Headers.text(record.headers(), "content-type");
    return type != null && type.startsWith("application/cloudevents+json");
  }

  private static ObjectNode binary(ConsumerRecord<byte[], byte[]> record, ObjectNode data) {
    ObjectNode event = JSON.createObjectNode();
    for (Header header : record.headers()) {
      if (header.key().startsWith(ATTRIBUTE)) {
        event.put(
            header.key().substring(ATTRIBUTE.length()),
            Headers.text(record.headers(), header.key()));
      }
    }
    event.set("data", data);
    return event;
  }

  public String id() {
    return cloudEvent.path("id").asText();
  }

  public boolean completion() {
    return cloudEvent.path("type").asText().contains(".completed.");
  }

  public String jobId() {
    return text("job_id");
  }

  public String rootJobId() {
    return text("root_job_id");
  }

  public boolean subJob() {
    return !jobId().equals(rootJobId());
  }

  public String status() {
    return text("status");
  }

  /** When it was seen, or decided; the epoch when the event does not say. */
  public Instant observedAt() {
    try {
      return TimeRange.parse(text(data().has("observed_at") ? "observed_at" : "at"));
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  /** A field of the data as text; "" for null and nothing. */
  public String text(String field) {
    JsonNode value = data().path(field);
    return value.isNull() ? "" : value.asText();
  }

  public JsonNode data() {
    return cloudEvent.path("data");
  }

  /** One line of JSON. */
  public String json() {
    try {
      return JSON.writeValueAsString(cloudEvent);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that was read can be written", e);
    }
  }
}
