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
 * @param since the earliest time of the transitions
 * @param until the exclusive latest time of the transitions
 */
public record PastQuery(
    Map.Entry<String, String> label, String id, JobOutcome outcome, Instant since, Instant until) {

  /** Selects the jobs with a label. */
  public static PastQuery label(String name, String value) {
    return new PastQuery(Map.entry(name, value), null, null, null, null);
  }

  /** Selects the job with an id of its own, of a sub-job or of an image. */
  public static PastQuery id(String id) {
    return new PastQuery(null, id, null, null, null);
  }

  /** Whether the time of a record is selected. */
  boolean inTime(ConsumerRecord<byte[], byte[]> record) {
    return (since == null || record.timestamp() >= since.toEpochMilli())
        && (until == null || record.timestamp() < until.toEpochMilli());
  }

  /**
   * Whether the event of a record may be {@linkplain #selects selected}, by the text of its value.
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
    // Characters that JSON escapes differ in the record.
    return Stream.of(label == null ? "" : label.getValue(), id == null ? "" : id)
        .filter(text -> text.matches("[\\w .:/-]+"));
  }

  /** Whether an event has the label and the id. */
  boolean selects(PublishedEvent event) {
    return (label == null || labelled(event)) && (id == null || named(event));
  }

  private boolean labelled(PublishedEvent event) {
    JsonNode value = event.data().path("labels").path(label.getKey());
    return value.isTextual() && value.asText().equals(label.getValue());
  }

  private boolean named(PublishedEvent event) {
    return List.of(event.jobId(), event.rootJobId()).contains(id)
        || StreamSupport.stream(event.data().path("image_ids").spliterator(), false)
            .anyMatch(image -> image.asText().equals(id));
  }
}
