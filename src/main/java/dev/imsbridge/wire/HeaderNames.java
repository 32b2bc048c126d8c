package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.Evidence;
import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Names of record headers, and their conversion to and from UTF-8 text. */
public final class HeaderNames {
  // On observations. The source headers are also on watches, where they name the input that led to
  // the record.
  public static final String KIND = "kind";
  public static final String OBSERVED_AT = "observed-at";
  public static final String JOB_ID = "job-id";
  public static final String WATCH_KEY = "watch-key";
  public static final String WATCH_GENERATION = "watch-generation";
  public static final String ATTEMPT = "attempt";
  public static final String HTTP_STATUS = "http-status";
  public static final String REQUEST_ID = "request-id";
  public static final String LATENCY_MS = "latency-ms";
  public static final String FAULT = "fault";
  public static final String FAULT_DETAIL = "fault-detail";
  public static final String SOURCE_TOPIC = "source-topic";
  public static final String SOURCE_PARTITION = "source-partition";
  public static final String SOURCE_OFFSET = "source-offset";

  // On requests; copied to every event of the job.
  public static final String TRACEPARENT = "traceparent";
  public static final String TRACESTATE = "tracestate";
  public static final String CORRELATION_ID = "correlation-id";

  /**
   * On a redriven request, and on the observation or dead letter written for it: the dead letter
   * that was sent again, as {@code dead-letters/PARTITION/OFFSET}.
   */
  public static final String REDRIVEN_FROM = "imsbridge-redriven-from";

  private HeaderNames() {}

  /** The last header of that name as text; null if there is none. */
  public static String text(org.apache.kafka.common.header.Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  /** Adds the position of the record that led to this one. */
  public static void addSource(RecordHeaders headers, Evidence source) {
    add(headers, SOURCE_TOPIC, source.topic());
    add(headers, SOURCE_PARTITION, source.partition());
    add(headers, SOURCE_OFFSET, source.offset());
  }

  /** Adds a header, unless its value is null. */
  public static void add(RecordHeaders headers, String name, Object value) {
    if (value != null) {
      String text = value instanceof Instant time ? TimeRange.text(time) : value.toString();
      headers.add(name, text.getBytes(UTF_8));
    }
  }
}
