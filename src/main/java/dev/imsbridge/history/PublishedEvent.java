package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.TimeRange;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * An event read from its topic, in either CloudEvents mode.
 *
 * @param cloudEvent the complete event in the JSON format of CloudEvents
 */
public record PublishedEvent(ObjectNode cloudEvent) {
  /** Keeps the text of numbers, because values from IMS are passed on unchanged. */
  public static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final String ATTRIBUTE = "ce_";

  /** Reads a record; returns empty if it is not a CloudEvent about a job. */
  public static Optional<PublishedEvent> read(ConsumerRecord<byte[], byte[]> record) {
    return parse(record)
        .filter(event -> event.data().path("job_id").isTextual())
        .filter(event -> event.cloudEvent().path("type").isTextual());
  }

  /** Reads a record without checking its fields; returns empty if its value is no JSON object. */
  public static Optional<PublishedEvent> parse(ConsumerRecord<byte[], byte[]> record) {
    try {
      return record.value() != null && JSON.readTree(record.value()) instanceof ObjectNode value
          ? Optional.of(new PublishedEvent(structured(record) ? value : binary(record, value)))
          : Optional.empty();
    } catch (IOException | ArithmeticException | NumberFormatException e) {
      // ArithmeticException and NumberFormatException: the exponent exceeds the range of
      // BigDecimal.
      return Optional.empty();
    }
  }

  /**
   * Whether a text occurs in the value of a record. Cheaper than {@link #read}, for a search that
   * finds few events.
   */
  public static boolean mentions(ConsumerRecord<byte[], byte[]> record, String text) {
    return record.value() != null && new String(record.value(), UTF_8).contains(text);
  }

  private static boolean structured(ConsumerRecord<byte[], byte[]> record) {
    String type = HeaderNames.text(record.headers(), "content-type");
    return type != null && type.startsWith("application/cloudevents+json");
  }

  private static ObjectNode binary(ConsumerRecord<byte[], byte[]> record, ObjectNode data) {
    ObjectNode event = JSON.createObjectNode();
    for (Header header : record.headers()) {
      if (header.key().startsWith(ATTRIBUTE)) {
        event.put(
            header.key().substring(ATTRIBUTE.length()),
            header.value() == null ? null : new String(header.value(), UTF_8));
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

  /** The outcome of a completion; LOST if it is missing or unknown. */
  public JobOutcome outcome() {
    return Stream.of(JobOutcome.values())
        .filter(each -> each.name().equals(text("outcome")))
        .findFirst()
        .orElse(JobOutcome.LOST);
  }

  /**
   * When the change was observed or the decision was made; the epoch if the event has no valid
   * time.
   */
  public Instant observedAt() {
    Instant time = time(data().path(data().has("observed_at") ? "observed_at" : "at"));
    return time == null ? Instant.EPOCH : time;
  }

  /** Parses a time; returns null if the value is not one. */
  public static Instant time(JsonNode value) {
    try {
      return TimeRange.parse(value.asText());
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Returns a field of the data as text; "" if it is null or absent. */
  public String text(String field) {
    return data().path(field).asText("");
  }

  /**
   * The position of the record that a field of the data names, such as {@code evidence}; empty if
   * it names none.
   */
  public Optional<Evidence> position(String field) {
    JsonNode named = data().path(field);
    return named.path("topic").isTextual()
            && named.path("partition").isInt()
            && named.path("offset").isIntegralNumber()
        ? Optional.of(
            new Evidence(
                named.get("topic").asText(),
                named.get("partition").asInt(),
                named.get("offset").asLong()))
        : Optional.empty();
  }

  public JsonNode data() {
    return cloudEvent.path("data");
  }

  /** Returns the event as one line of JSON. */
  public String json() {
    try {
      return JSON.writeValueAsString(cloudEvent);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write an event that was read", e);
    }
  }
}
