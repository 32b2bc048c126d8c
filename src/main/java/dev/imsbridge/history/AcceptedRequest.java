package dev.imsbridge.history;

import dev.imsbridge.job.Decision;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.HeaderNames;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The accepted request for which the bridge watches a job, read from its audit entry. Immutable.
 *
 * @param position the record of the request
 * @param input the record of the observations topic that holds the accepted request; null if the
 *     audit entry does not name it
 * @param acceptedAt when the bridge accepted it
 * @param headers the correlation headers of the request, by header name; absent headers are omitted
 */
public record AcceptedRequest(
    Evidence position, Evidence input, Instant acceptedAt, Map<String, String> headers) {
  static final List<String> CORRELATION =
      List.of(HeaderNames.CORRELATION_ID, HeaderNames.TRACEPARENT, HeaderNames.TRACESTATE);

  /** Whether an event is the audit entry of an accepted request. */
  static boolean isEntry(HistoryEvent event) {
    return event.kind() == HistoryEvent.Kind.AUDIT
        && event.event().text("what").equals(Decision.REQUEST_ACCEPTED.word());
  }

  /**
   * Reads a record of the audit topic; returns empty if it is not the entry of an accepted request.
   */
  static Optional<AcceptedRequest> read(ConsumerRecord<byte[], byte[]> record) {
    HistoryEvent entry = HistoryEvent.read(HistoryEvent.Kind.AUDIT, record).orElse(null);
    if (entry == null || !isEntry(entry)) {
      return Optional.empty();
    }
    Evidence input = entry.event().position("input").orElse(null);
    Map<String, String> headers = EvidenceRecord.headers(record, CORRELATION);
    return entry
        .evidence()
        .map(position -> new AcceptedRequest(position, input, entry.at(), headers));
  }
}
