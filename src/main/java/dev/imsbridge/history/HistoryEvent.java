package dev.imsbridge.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.Evidence;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** An event of a job tree, and where it stands. */
public record HistoryEvent(Kind kind, PublishedEvent event, Evidence position) {

  /** What an event tells of: the topic it is on. */
  public enum Kind {
    TRANSITION,
    COMPLETION,
    AUDIT;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Optional<HistoryEvent> read(Kind kind, ConsumerRecord<byte[], byte[]> record) {
    return PublishedEvent.read(record)
        .map(
            event ->
                new HistoryEvent(
                    kind,
                    event,
                    new Evidence(record.topic(), record.partition(), record.offset())));
  }

  /** When it was seen, or decided. */
  public Instant at() {
    return event.observedAt();
  }

  /** How many transitions of its tree were published up to and with it; 0 if it does not say. */
  long sequence() {
    return event.data().path("sequence").asLong();
  }

  /** The record it rests on; empty when it names none. */
  public Optional<Evidence> evidence() {
    return position(event.data().path("evidence"));
  }

  /** The input an audit entry rests on; empty for other events. */
  Optional<Evidence> input() {
    return position(event.data().path("input"));
  }

  private static Optional<Evidence> position(JsonNode named) {
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
}
