package dev.imsbridge.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Input;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JsonSize;
import dev.imsbridge.job.LostReason;
import dev.imsbridge.wire.AnswerParser;
import dev.imsbridge.wire.Digest;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.Observation.Kind;
import dev.imsbridge.wire.Requests;
import dev.imsbridge.wire.TimeRange;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Reads and writes records of the observations topic, the single ordered log of the fold's inputs:
 * accepted requests, cancellations, observations of pollers, and reports that a compacted topic
 * lost records. Pure and thread-safe.
 */
public final class LogCodec {
  // One year before the end of the range, because the deadline of a watch is later and must also be
  // in range.
  private static final Instant LATEST = TimeRange.END.minus(Duration.ofDays(366));
  private static final Pattern FAULT = Pattern.compile("[a-z-]{1,32}");
  private static final Pattern REQUEST_ID = Pattern.compile("[!-~]{1,128}");
  private static final Pattern HTTP_STATUS = Pattern.compile("[1-5]\\d\\d");
  private static final Pattern ATTEMPT = Pattern.compile("\\d{1,9}");
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final int LONGEST_DETAIL = 1_000;

  /**
   * Maximum size of a value in bytes. No producer of the bridge writes more, but a compressed
   * record may expand to any size.
   */
  private static final int MAX_VALUE = 4 << 20;

  /** A record to write: key, value and headers. */
  public record Entry(byte[] key, byte[] value, RecordHeaders headers) {}

  /** The result of reading a record. */
  public sealed interface Read {}

  /**
   * @param refuse the reason why the value also goes to {@code dead-letters}; null if it does not
   */
  public record Understood(String rootJobId, Input input, String refuse) implements Read {}

  /**
   * @param rootJobId null if the key is not a job id
   */
  public record Unreadable(String rootJobId, String reason) implements Read {}

  private LogCodec() {}

  /** Builds the record of an accepted request. */
  public static Entry accepted(JobRequest request, Evidence source, Instant at) {
    RecordHeaders headers = headers(Kind.REQUEST, request.jobId(), source, at);
    JobRequest.Correlation correlation = request.correlation();
    HeaderNames.add(headers, HeaderNames.TRACEPARENT, correlation.traceparent());
    HeaderNames.add(headers, HeaderNames.TRACESTATE, correlation.tracestate());
    HeaderNames.add(headers, HeaderNames.CORRELATION_ID, correlation.correlationId());
    return new Entry(request.jobId().getBytes(UTF_8), Requests.encode(request), headers);
  }

  /** Builds the record of a cancelled request. */
  public static Entry takenBack(String jobId, Evidence source, Instant at) {
    return new Entry(jobId.getBytes(UTF_8), null, headers(Kind.CANCEL, jobId, source, at));
  }

  /**
   * Builds the record that reports a difference between a compacted topic and the stored state of a
   * job.
   *
   * @param jobId the job whose watch differs; the root job for the status
   */
  public static Entry lacking(Input.Shown what, String rootJobId, String jobId, Instant at) {
    Kind kind = what == Input.Shown.WATCHES ? Kind.WATCHES_LACKING : Kind.STATUS_LACKING;
    return new Entry(rootJobId.getBytes(UTF_8), null, headers(kind, jobId, at));
  }

  private static RecordHeaders headers(Kind kind, String jobId, Evidence source, Instant at) {
    RecordHeaders headers = headers(kind, jobId, at);
    HeaderNames.addSource(headers, source);
    return headers;
  }

  private static RecordHeaders headers(Kind kind, String jobId, Instant at) {
    RecordHeaders headers = new RecordHeaders();
    HeaderNames.add(headers, HeaderNames.KIND, kind.word());
    HeaderNames.add(headers, HeaderNames.OBSERVED_AT, at);
    HeaderNames.add(headers, HeaderNames.JOB_ID, jobId);
    return headers;
  }

  /**
   * Reads one record. An invalid record gives {@link Unreadable}.
   *
   * <p>The time of the record is its header {@code observed-at}, but at most its timestamp, which
   * the broker limits. Otherwise one header far in the future would remove every ended job from the
   * store.
   */
  public static Read read(LogRecord record) {
    byte[] key = record.key();
    org.apache.kafka.common.header.Headers headers = record.headers();
    String rootJobId = key == null ? null : new String(key, UTF_8);
    if (!JobId.valid(rootJobId)) {
      return new Unreadable(null, "the key is not a job id");
    }
    Kind kind = Kind.of(HeaderNames.text(headers, HeaderNames.KIND));
    if (kind == null) {
      return new Unreadable(rootJobId, "the header 'kind' is missing or has no known value");
    }
    if (record.value() != null && record.value().length > MAX_VALUE) {
      return new Unreadable(
          rootJobId, "%s bytes, at most %s are read".formatted(record.value().length, MAX_VALUE));
    }
    try {
      Instant at = time(required(headers, HeaderNames.OBSERVED_AT), record.time());
      return switch (kind) {
        case REQUEST -> requested(rootJobId, record.value(), headers, at);
        case CANCEL -> new Understood(rootJobId, new Input.Cancelled(source(headers), at), null);
        case WATCHES_LACKING -> lacking(record.at(), at, Input.Shown.WATCHES, rootJobId, headers);
        case STATUS_LACKING -> lacking(record.at(), at, Input.Shown.STATUS, rootJobId, headers);
        case ANSWER, FAULT, NOT_FOUND, EXPIRED ->
            observed(kind, rootJobId, record.value(), headers, record.at(), at);
      };
    } catch (DateTimeException | IllegalArgumentException e) {
      return new Unreadable(rootJobId, "a header is missing or cannot be read");
    }
  }

  /**
   * Reads one record and trusts its header {@code observed-at}.
   *
   * @param evidence the position of the record
   */
  public static Read read(
      byte[] key, byte[] value, org.apache.kafka.common.header.Headers headers, Evidence evidence) {
    return read(new LogRecord(evidence, key, value, headers, LATEST.toEpochMilli()));
  }

  private static Read requested(
      String rootJobId, byte[] value, org.apache.kafka.common.header.Headers headers, Instant at) {
    JobRequest request = value == null ? null : Requests.decode(value, headers);
    return request == null || !rootJobId.equals(request.jobId())
        ? new Unreadable(rootJobId, "not an accepted request")
        : new Understood(rootJobId, new Input.Requested(source(headers), at, request), null);
  }

  private static Read lacking(
      Evidence evidence,
      Instant at,
      Input.Shown what,
      String rootJobId,
      org.apache.kafka.common.header.Headers headers) {
    return new Understood(rootJobId, new Input.Lacking(evidence, at, what, jobId(headers)), null);
  }

  private static Read observed(
      Kind kind,
      String rootJobId,
      byte[] value,
      org.apache.kafka.common.header.Headers headers,
      Evidence evidence,
      Instant at) {
    String jobId = jobId(headers);
    int generation = (int) number(headers, HeaderNames.WATCH_GENERATION, 0, Integer.MAX_VALUE);
    String requestId = HeaderNames.text(headers, HeaderNames.REQUEST_ID);
    if (!matches(REQUEST_ID, requestId)) {
      requestId = null;
    }
    if (kind == Kind.ANSWER) {
      return answered(rootJobId, jobId, generation, requestId, value, evidence, at);
    }
    if (kind == Kind.FAULT) {
      String fault = matching(headers, HeaderNames.FAULT, FAULT);
      String detail = detail(headers);
      Input input =
          fault.equals("none")
              ? new Input.Recovered(evidence, at, jobId, generation)
              : new Input.Faulted(evidence, at, jobId, generation, fault, detail, requestId);
      return new Understood(rootJobId, input, value == null ? null : fault + " answer: " + detail);
    }
    LostReason reason = kind == Kind.EXPIRED ? LostReason.EXPIRED : LostReason.NOT_FOUND;
    return new Understood(
        rootJobId,
        new Input.GivenUp(evidence, at, jobId, generation, reason, end(reason, headers, at)),
        null);
  }

  /** Describes how the polls of a given-up job ended, in one line. */
  private static String end(
      LostReason reason, org.apache.kafka.common.header.Headers headers, Instant at) {
    String status = HeaderNames.text(headers, HeaderNames.HTTP_STATUS);
    String attempt = HeaderNames.text(headers, HeaderNames.ATTEMPT);
    String detail = HeaderNames.text(headers, HeaderNames.FAULT_DETAIL);
    StringBuilder text =
        new StringBuilder(
            reason == LostReason.NOT_FOUND
                ? "IMS does not know this job"
                : "no end of the job was seen before the deadline");
    if (reason == LostReason.NOT_FOUND && matches(HTTP_STATUS, status)) {
      text.append(" (").append(status).append(')');
    }
    if (matches(ATTEMPT, attempt)) {
      text.append(", ").append(attempt).append(" polls");
    }
    text.append(", given up at ").append(at);
    if (reason == LostReason.EXPIRED && detail != null) {
      text.append(": ").append(detail);
    }
    return JsonSize.cut(text.toString(), LONGEST_DETAIL);
  }

  private static boolean matches(Pattern form, String text) {
    return text != null && form.matcher(text).matches();
  }

  private static Read answered(
      String rootJobId,
      String jobId,
      int generation,
      String requestId,
      byte[] value,
      Evidence evidence,
      Instant at) {
    if (value == null) {
      return new Unreadable(rootJobId, "an answer without a body");
    }
    AnswerParser.Parsed parsed = AnswerParser.parse(value, jobId);
    if (parsed instanceof AnswerParser.Malformed malformed) {
      return new Unreadable(rootJobId, "malformed answer: " + malformed.reason());
    }
    return new Understood(
        rootJobId,
        new Input.Answered(
            evidence,
            at,
            jobId,
            generation,
            ((AnswerParser.Understood) parsed).answer(),
            Digest.sha256(value),
            requestId),
        null);
  }

  private static Instant time(String text, Instant latest) {
    Instant at = TimeRange.parse(text);
    if (at.isAfter(LATEST)) {
      throw new IllegalArgumentException(HeaderNames.OBSERVED_AT);
    }
    return at.isAfter(latest) ? latest : at;
  }

  private static String jobId(org.apache.kafka.common.header.Headers headers) {
    String jobId = required(headers, HeaderNames.JOB_ID);
    if (!JobId.valid(jobId)) {
      throw new IllegalArgumentException(HeaderNames.JOB_ID);
    }
    return jobId;
  }

  private static Evidence source(org.apache.kafka.common.header.Headers headers) {
    return new Evidence(
        matching(headers, HeaderNames.SOURCE_TOPIC, TOPIC),
        (int) number(headers, HeaderNames.SOURCE_PARTITION, 0, Integer.MAX_VALUE),
        number(headers, HeaderNames.SOURCE_OFFSET, 0, Long.MAX_VALUE));
  }

  private static String detail(org.apache.kafka.common.header.Headers headers) {
    return JsonSize.cut(
        String.valueOf(HeaderNames.text(headers, HeaderNames.FAULT_DETAIL)), LONGEST_DETAIL);
  }

  private static long number(
      org.apache.kafka.common.header.Headers headers, String name, long least, long most) {
    long number = Long.parseLong(required(headers, name));
    if (number < least || number > most) {
      throw new IllegalArgumentException(name);
    }
    return number;
  }

  private static String matching(
      org.apache.kafka.common.header.Headers headers, String name, Pattern form) {
    String text = required(headers, name);
    if (!form.matcher(text).matches()) {
      throw new IllegalArgumentException(name);
    }
    return text;
  }

  private static String required(org.apache.kafka.common.header.Headers headers, String name) {
    String text = HeaderNames.text(headers, name);
    if (text == null) {
      throw new IllegalArgumentException(name);
    }
    return text;
  }
}
