package dev.imsbridge.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.StatusWords;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Selects root jobs by their transitions. A null component selects all.
 *
 * @param label the name and value of a label
 * @param id the id of a root job, sub-job or image
 * @param outcome how the root job ended
 * @param since the start of the time range of the transitions, inclusive
 * @param until the end of the time range, exclusive
 */
public record PastQuery(
    Map.Entry<String, String> label, String id, JobOutcome outcome, Instant since, Instant until) {

  /** Selects the jobs with a label. */
  public static PastQuery label(String name, String value) {
    return new PastQuery(Map.entry(name, value), null, null, null, null);
  }

  /** Selects the root jobs with this id, or with a sub-job or an image of this id. */
  public static PastQuery id(String id) {
    return new PastQuery(null, id, null, null, null);
  }

  /** Whether the time of a record is in the selected range. */
  boolean inTime(ConsumerRecord<byte[], byte[]> record) {
    return (since == null || record.timestamp() >= since.toEpochMilli())
        && (until == null || record.timestamp() < until.toEpochMilli());
  }

  /**
   * Whether the event of a record may be {@linkplain #selects selected}. Searches the value for
   * texts without parsing it, so it can be true for an event that is not selected.
   */
  boolean maySelect(ConsumerRecord<byte[], byte[]> record) {
    return texts().allMatch(text -> PublishedEvent.mentions(record, text));
  }

  private Stream<String> texts() {
    if (label == null && id == null) {
      return Stream.ofNullable(outcome)
          .flatMap(end -> StatusWords.status(end.name()).stream())
          .map(Enum::name);
    }
    // Other characters may be escaped in JSON, so a search for the plain text would not find them.
    return Stream.of(label == null ? "" : label.getValue(), id == null ? "" : id)
        .filter(text -> text.matches("[\\w .:/-]+"));
  }

  /** Whether an event has the label and the id. {@link PastSearch} checks time and outcome. */
  boolean selects(PublishedEvent event) {
    return (label == null || hasLabel(event)) && (id == null || hasId(event));
  }

  private boolean hasLabel(PublishedEvent event) {
    JsonNode value = event.data().path("labels").path(label.getKey());
    return value.isTextual() && value.asText().equals(label.getValue());
  }

  private boolean hasId(PublishedEvent event) {
    return List.of(event.jobId(), event.rootJobId()).contains(id)
        || StreamSupport.stream(event.data().path("image_ids").spliterator(), false)
            .anyMatch(image -> image.asText().equals(id));
  }
}
