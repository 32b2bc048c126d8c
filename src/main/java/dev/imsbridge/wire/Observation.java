package dev.imsbridge.wire;

import dev.imsbridge.job.Watch;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The result of one GET of a watched job, as a poller writes it. The body is the value of the
 * record; everything else is in headers.
 *
 * @param watch the watch that the observation belongs to
 * @param kind the kind of the result
 * @param observedAt when the answer was received, in whole milliseconds
 * @param attempt the number of GETs that this poller made for this watch, including this one
 * @param httpStatus 0 if there was no answer
 * @param requestId the request id that IMS returned, or null
 * @param latency null if there was no exchange
 * @param fault the class of the fault for kind {@code fault}; {@code none} if the GET succeeds
 *     again
 * @param faultDetail one line of bounded length, without secrets
 * @param body the verbatim bytes of an answer or of an unreadable body, else null
 */
public record Observation(
    Watch watch,
    Kind kind,
    Instant observedAt,
    int attempt,
    int httpStatus,
    String requestId,
    Duration latency,
    String fault,
    String faultDetail,
    byte[] body) {

  public Observation {
    // IMS itself writes milliseconds at most, and equal times must have equal text.
    observedAt = observedAt.truncatedTo(ChronoUnit.MILLIS);
  }

  /** The kinds of records on the observations topic. */
  public enum Kind {
    /** A request was accepted. Written by the topology. */
    REQUEST("request"),
    /** A request was cancelled. Written by the topology. */
    CANCEL("cancel"),
    /** A watch on the watches topic is missing or extra. Written by the topology. */
    WATCHES_LACKING("watches-lacking"),
    /** The status topic was deleted and created again. Written by the topology. */
    STATUS_LACKING("status-lacking"),
    /** IMS described the job. */
    ANSWER("answer"),
    /** The GETs of the job fail, or succeed again. */
    FAULT("fault"),
    /** The poller gave up because IMS does not know the job. */
    NOT_FOUND("not-found"),
    /** The poller gave up because the deadline of the watch passed. */
    EXPIRED("expired");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /** The kind with that word; null if there is none. */
    public static Kind of(String word) {
      for (Kind kind : values()) {
        if (kind.word.equals(word)) {
          return kind;
        }
      }
      return null;
    }
  }

  /**
   * Builds the record of this observation.
   *
   * @param partition the partition of the job tree, see {@link RootPartition}
   */
  public ProducerRecord<byte[], byte[]> record(String topic, int partition) {
    RecordHeaders headers = new RecordHeaders();
    HeaderNames.add(headers, HeaderNames.KIND, kind.word());
    HeaderNames.add(headers, HeaderNames.OBSERVED_AT, observedAt);
    HeaderNames.add(headers, HeaderNames.JOB_ID, watch.jobId());
    HeaderNames.add(headers, HeaderNames.WATCH_KEY, watch.key());
    HeaderNames.add(headers, HeaderNames.WATCH_GENERATION, watch.generation());
    HeaderNames.add(headers, HeaderNames.ATTEMPT, attempt);
    HeaderNames.add(headers, HeaderNames.HTTP_STATUS, httpStatus == 0 ? null : httpStatus);
    HeaderNames.add(headers, HeaderNames.REQUEST_ID, requestId);
    HeaderNames.add(headers, HeaderNames.LATENCY_MS, latency == null ? null : latency.toMillis());
    HeaderNames.add(headers, HeaderNames.FAULT, fault);
    HeaderNames.add(headers, HeaderNames.FAULT_DETAIL, faultDetail);
    return new ProducerRecord<>(
        topic,
        partition,
        observedAt.toEpochMilli(),
        watch.rootJobId().getBytes(java.nio.charset.StandardCharsets.UTF_8),
        body,
        headers);
  }
}
