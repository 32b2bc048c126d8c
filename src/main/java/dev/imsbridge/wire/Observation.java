package dev.imsbridge.wire;

import dev.imsbridge.job.Watch;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What one GET told about one watched job, as a poller writes it: a body, or that there is none.
 * All that is not the body stands in headers.
 *
 * @param watch the watch it answers
 * @param kind what it tells
 * @param observedAt when the answer was there
 * @param attempt the number of GETs made for this watch by this poller, this one included
 * @param httpStatus 0 when there was no answer
 * @param requestId what IMS calls the exchange, or null
 * @param latency null when there was no exchange
 * @param fault the class of the fault for kind {@code fault}: {@code none} when the GET works again
 * @param faultDetail one bounded line, free of secrets
 * @param body the verbatim bytes of an answer, or of what could not be read; else null
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
    // What IMS itself writes is no finer, and equal moments are to look equal.
    observedAt = observedAt.truncatedTo(ChronoUnit.MILLIS);
  }

  /** The kinds of records on the observations topic. */
  public enum Kind {
    /** A request was accepted: written by the topology. */
    REQUEST("request"),
    /** A request was taken back: written by the topology. */
    CANCEL("cancel"),
    /** The topic of watches lacks a watch, or has one too many: written by the topology. */
    WATCHES_LACKING("watches-lacking"),
    /** The topic of statuses was created again: written by the topology. */
    STATUS_LACKING("status-lacking"),
    ANSWER("answer"),
    FAULT("fault"),
    NOT_FOUND("not-found"),
    EXPIRED("expired");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /** The kind of that word; null when there is none. */
    static Kind of(String word) {
      for (Kind kind : values()) {
        if (kind.word.equals(word)) {
          return kind;
        }
      }
      return null;
    }
  }

  /** The record of this observation on {@code topic}, in the partition of its job tree. */
  public ProducerRecord<byte[], byte[]> record(String topic, int partition) {
    RecordHeaders headers = new RecordHeaders();
    Headers.add(headers, Headers.KIND, kind.word());
    Headers.add(headers, Headers.OBSERVED_AT, observedAt);
    Headers.add(headers, Headers.JOB_ID, watch.jobId());
    Headers.add(headers, Headers.WATCH_KEY, watch.key());
    Headers.add(headers, Headers.WATCH_GENERATION, watch.generation());
    Headers.add(headers, Headers.ATTEMPT, attempt);
    Headers.add(headers, Headers.HTTP_STATUS, httpStatus == 0 ? null : httpStatus);
    Headers.add(headers, Headers.REQUEST_ID, requestId);
    Headers.add(headers, Headers.LATENCY_MS, latency == null ? null : latency.toMillis());
    Headers.add(headers, Headers.FAULT, fault);
    Headers.add(headers, Headers.FAULT_DETAIL, faultDetail);
    return new ProducerRecord<>(
        topic,
        partition,
        observedAt.toEpochMilli(),
        watch.rootJobId().getBytes(java.nio.charset.StandardCharsets.UTF_8),
        body,
        headers);
  }
}
