package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Input;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JsonSize;
import dev.imsbridge.job.LostReason;
import dev.imsbridge.wire.Observation.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The observations topic as the fold's one ordered log of inputs: accepted requests as well as what
 * pollers saw. Pure and thread-safe.
 */
public final class Journal {
  // A year before the end, since the deadline of a watch is later and must be in range too.
  private static final Instant LATEST = TimeRange.END.minus(Duration.ofDays(366));
  private static final Pattern FAULT = Pattern.compile("[a-z-]{1,32}");
  private static final Pattern REQUEST_ID = Pattern.compile("[!-~]{1,128}");
  private static final Pattern HTTP_STATUS = Pattern.compile("[1-5]\\d\\d");
  private static final Pattern ATTEMPT = Pattern.compile("\\d{1,9}");
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final int LONGEST_DETAIL = 1_000;

  /** No producer of the bridge writes more. A compressed record may hold any number of bytes. */
  private static final int MAX_VALUE = 4 << 20;

  /** A record to write: key, value and headers. */
  public record Entry(byte[] key, byte[] value, RecordHeaders headers) {}

  /** What became of a record of the log. */
  public sealed interface Read {}

  /**
   * @param refuse null, or why the record's value belongs to the dead letters all the same
   */
  public record Understood(String rootJobId, Input input, String refuse) implements Read {}

  /**
   * @param rootJobId null when the key is no job id
   */
  public record Unreadable(String rootJobId, String reason) implements Read {}

  private Journal() {}

  public static Entry accepted(JobRequest request, Evidence source, Instant at) {
    RecordHeaders headers = headers(Kind.REQUEST, request.jobId(), source, at);
    JobRequest.Correlation correlation = request.correlation();
    Headers.add(headers, Headers.TRACEPARENT, correlation.traceparent());
    Headers.add(headers, Headers.TRACESTATE, correlation.tracestate());
    Headers.add(headers, Headers.CORRELATION_ID, correlation.correlationId());
    return new Entry(request.jobId().getBytes(UTF_8), Requests.encode(request), headers);
  }

  public static Entry takenBack(String jobId, Evidence source, Instant at) {
    return new Entry(jobId.getBytes(UTF_8), null, headers(Kind.CANCEL, jobId, source, at));
  }

  /**
   * The record that says that a topic does not show what is known of a job.
   *
   * @param jobId the job whose watch differs; the root job for the status
   */
  public static Entry lacking(Input.Shown what, String rootJobId, String jobId, Instant at) {
    Kind kind = what == Input.Shown.WATCHES ? Kind.WATCHES_LACKING : Kind.STATUS_LACKING;
    return new Entry(rootJobId.getBytes(UTF_8), null, headers(kind, jobId, at));
  }

  private static RecordHeaders headers(Kind kind, String jobId, Evidence source, Instant at) {
    RecordHeaders headers = headers(kind, jobId, at);
    Headers.addSource(headers, source);
    return headers;
  }

  private static RecordHeaders headers(Kind kind, String jobId, Instant at) {
    RecordHeaders headers = new RecordHeaders();
    Headers.add(headers, Headers.KIND, kind.word());
    Headers.add(headers, Headers.OBSERVED_AT, at);
    Headers.add(headers, Headers.JOB_ID, jobId);
    return headers;
  }

  /**
   * Reads one record. Its time is that of its header {@code observed-at}, but at most that of the
   * record itself, to which the broker sets bounds: one header far in the future would else have
   * every ended job forgotten.
   */
  public static Read read(Logged record) {
    byte[] key = record.key();
    org.apache.kafka.common.header.Headers headers = record.headers();
    String rootJobId = key == null ? null : new String(key, UTF_8);
    if (!JobId.valid(rootJobId)) {
      return new Unreadable(null, "the key is not a job id");
    }
    Kind kind = Kind.of(Headers.text(headers, Headers.KIND));
    if (kind == null) {
      return new Unreadable(rootJobId, "the header 'kind' is missing or has no known value");
    }
    if (record.value() != null && record.value().length > MAX_VALUE) {
      return new Unreadable(
          rootJobId, "%s bytes, at most %s are read".formatted(record.value().length, MAX_VALUE));
    }
    try {
      Instant at = time(required(headers, Headers.OBSERVED_AT), record.time());
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
   * Reads one record whose header is to be believed.
   *
   * @param evidence where it stands
   */
  public static Read read(
      byte[] key, byte[] value, org.apache.kafka.common.header.Headers headers, Evidence evidence) {
    return read(new Logged(evidence, key, value, headers, LATEST.toEpochMilli()));
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
    int generation = (int) number(headers, Headers.WATCH_GENERATION, 0, Integer.MAX_VALUE);
    String requestId = Headers.text(headers, Headers.REQUEST_ID);
    if (!matches(REQUEST_ID, requestId)) {
      requestId = null;
    }
    if (kind == Kind.ANSWER) {
      return answered(rootJobId, jobId, generation, requestId, value, evidence, at);
    }
    if (kind == Kind.FAULT) {
      String fault = matching(headers, Headers.FAULT, FAULT);
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

  /** How the polls of a job that is given up ended. */
  private static String end(
      LostReason reason, org.apache.kafka.common.header.Headers headers, Instant at) {
    String status = Headers.text(headers, Headers.HTTP_STATUS);
    String attempt = Headers.text(headers, Headers.ATTEMPT);
    String detail = Headers.text(headers, Headers.FAULT_DETAIL);
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
      throw new IllegalArgumentException(Headers.OBSERVED_AT);
    }
    return at.isAfter(latest) ? latest : at;
  }

  private static String jobId(org.apache.kafka.common.header.Headers headers) {
    String jobId = required(headers, Headers.JOB_ID);
    if (!JobId.valid(jobId)) {
      throw new IllegalArgumentException(Headers.JOB_ID);
    }
    return jobId;
  }

  private static Evidence source(org.apache.kafka.common.header.Headers headers) {
    return new Evidence(
        matching(headers, Headers.SOURCE_TOPIC, TOPIC),
        (int) number(headers, Headers.SOURCE_PARTITION, 0, Integer.MAX_VALUE),
        number(headers, Headers.SOURCE_OFFSET, 0, Long.MAX_VALUE));
  }

  private static String detail(org.apache.kafka.common.header.Headers headers) {
    return JsonSize.cut(
        String.valueOf(Headers.text(headers, Headers.FAULT_DETAIL)), LONGEST_DETAIL);
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
    String text = Headers.text(headers, name);
    if (text == null) {
      throw new IllegalArgumentException(name);
    }
    return text;
  }
}
