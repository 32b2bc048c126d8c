package dev.imsbridge.wire;

import dev.imsbridge.job.Evidence;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers of a dead letter, by the names Kafka Streams gives its own. */
public final class DeadLetters {
  public static final String REASON = "imsbridge-reason";

  private DeadLetters() {}

  /**
   * The headers that say why a record could not be used, and where it stands.
   *
   * @param kind a word for the class of the reason, in the place of an exception's name
   * @param reason one bounded line, free of the record's content
   */
  public static RecordHeaders headers(String kind, String reason, Evidence source) {
    RecordHeaders headers = new RecordHeaders();
    Headers.add(headers, "__streams.errors.exception", kind);
    Headers.add(headers, "__streams.errors.message", reason);
    Headers.add(headers, "__streams.errors.topic", source.topic());
    Headers.add(headers, "__streams.errors.partition", source.partition());
    Headers.add(headers, "__streams.errors.offset", source.offset());
    Headers.add(headers, REASON, reason);
    return headers;
  }
}
