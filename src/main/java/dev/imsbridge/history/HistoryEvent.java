package dev.imsbridge.history;

import dev.imsbridge.job.Evidence;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** An event of a job tree and the position of its record. */
public record HistoryEvent(Kind kind, PublishedEvent event, Evidence position) {

  /** The kind of an event, given by its topic. */
  public enum Kind {
    TRANSITION,
    COMPLETION,
    AUDIT;

    /** The kind in lower case, for output. */
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

  /** When the change was observed or the decision was made. */
  public Instant at() {
    return event.observedAt();
  }

  /**
   * The number of transitions of the tree up to and including this event; 0 if the event has none.
   */
  long sequence() {
    return event.data().path("sequence").asLong();
  }

  /** The record on which the event is based; empty if it names none. */
  public Optional<Evidence> evidence() {
    return event.position("evidence");
  }
}
