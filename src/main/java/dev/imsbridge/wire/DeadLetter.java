package dev.imsbridge.wire;

import dev.imsbridge.job.Evidence;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Why a record could not be used, and where it stands.
 *
 * @param kind a word for the class of the reason
 * @param reason one bounded line, free of the record's content
 */
public record DeadLetter(String kind, String reason, Evidence source) {
  public static final String REASON = "imsbridge-reason";

  /** The same as headers, by the names Kafka Streams gives its own; the kind for an exception's. */
  public RecordHeaders headers() {
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
