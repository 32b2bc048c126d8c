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
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Reads and writes records of the observations topic, the single ordered log of the fold's inputs:
 * accepted requests, cancellations, observations of pollers, and reports that a compacted topic
 * differs from the store. Pure and thread-safe.
 */
public final class LogCodec {
  // One year before the end of the range, because the deadline of a watch is later and must also be
  // in range.
  private static final Instant LATEST = TimeRange.END.minus(Duration.ofDays(366));
  private static final Pattern FAULT = Pattern.compile("[a-z-]{1,32}");
  private static final Pattern HTTP_STATUS = Pattern.compile("[1-5]\\d\\d");
  private static final Pattern ATTEMPT = Pattern.compile("\\d{1,9}");
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final int MAX_DETAIL = 1_000;

  /**
   * Maximum size of a value in bytes. No producer of the bridge writes more, but a compressed
   * record may expand to any size.
   */
  private static final int MAX_VALUE = 4 << 20;

  /** The result of decoding a record. */
  public sealed interface Decoded {}

  /**
   * An input of the fold.
   *
   * @param deadLetterReason the reason why the value also goes to {@code dead-letters}; null if it
   *     does not
   */
  public record Valid(String rootJobId, Input input, String deadLetterReason) implements Decoded {
    Valid(String rootJobId, Input input) {
      this(rootJobId, input, null);
    }
  }

  /**
   * A record that is not an input. The reasons are part of the audit and must not change, because a
   * rebuild compares them.
   *
   * @param rootJobId null if the key is not a job id
   */
  public record Invalid(String rootJobId, String reason) implements Decoded {}

  private LogCodec() {}

  /** Builds the record of an accepted request that was not redriven. */
  public static OutputRecord encodeRequest(JobRequest request, Evidence source, Instant at) {
    return encodeRequest(request, source, null, at);
  }

  /**
   * Builds the record of an accepted request.
   *
   * @param redrivenFrom the dead letter from which the request was redriven; null for none
   */
  public static OutputRecord encodeRequest(
      JobRequest request, Evidence source, String redrivenFrom, Instant at) {
    RecordHeaders headers = headers(Kind.REQUEST, request.jobId(), source, at);
    JobRequest.Correlation correlation = request.correlation();
    HeaderNames.add(headers, HeaderNames.TRACEPARENT, correlation.traceparent());
    HeaderNames.add(headers, HeaderNames.TRACESTATE, correlation.tracestate());
    HeaderNames.add(headers, HeaderNames.CORRELATION_ID, correlation.correlationId());
    HeaderNames.add(headers, HeaderNames.REDRIVEN_FROM, redrivenFrom);
    return record(request.jobId(), Requests.encode(request), headers, at);
  }

  /** Builds the record of a cancelled request. */
  public static OutputRecord encodeCancel(String jobId, Evidence source, Instant at) {
    return record(jobId, null, headers(Kind.CANCEL, jobId, source, at), at);
  }

  /**
   * Builds the record that reports a difference between a compacted topic and the stored tree.
   *
   * @param jobId the job whose watch differs; the root job for the status
   */
  public static OutputRecord encodeRepair(
      Input.Table table, String rootJobId, String jobId, Instant at) {
    Kind kind = table == Input.Table.WATCHES ? Kind.WATCHES_LACKING : Kind.STATUS_LACKING;
    return record(rootJobId, null, headers(kind, jobId, at), at);
  }

  private static OutputRecord record(
      String rootJobId, byte[] value, RecordHeaders headers, Instant at) {
    return new OutputRecord(
        OutputRecord.Target.OBSERVATIONS,
        rootJobId.getBytes(UTF_8),
        value,
        at.toEpochMilli(),
        headers);
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
   * Decodes one record. Never throws: an invalid record gives {@link Invalid}.
   *
   * <p>The time of the record is its header {@code observed-at}, but at most its timestamp, which
   * the broker limits. Otherwise one header far in the future would remove every ended job from the
   * store.
   */
  public static Decoded decode(LogRecord record) {
    byte[] key = record.key();
    Headers headers = record.headers();
    String rootJobId = key == null ? null : new String(key, UTF_8);
    if (!JobId.valid(rootJobId)) {
      return new Invalid(null, "the key is not a job id");
    }
    Kind kind = Kind.of(HeaderNames.text(headers, HeaderNames.KIND));
    if (kind == null) {
      return new Invalid(rootJobId, "the header 'kind' is missing or has no known value");
    }
    if (record.value() != null && record.value().length > MAX_VALUE) {
      return new Invalid(
          rootJobId, "%s bytes, at most %s are read".formatted(record.value().length, MAX_VALUE));
    }
    try {
      Instant at = time(required(headers, HeaderNames.OBSERVED_AT), record.time());
      return switch (kind) {
        case REQUEST -> requested(rootJobId, record.value(), headers, at);
        case CANCEL -> new Valid(rootJobId, new Input.Cancelled(source(headers), at));
        case WATCHES_LACKING -> repair(record.at(), at, Input.Table.WATCHES, rootJobId, headers);
        case STATUS_LACKING -> repair(record.at(), at, Input.Table.STATUS, rootJobId, headers);
        case ANSWER, FAULT, NOT_FOUND, EXPIRED ->
            observed(kind, rootJobId, record.value(), headers, record.at(), at);
      };
    } catch (DateTimeException | IllegalArgumentException e) {
      return new Invalid(rootJobId, "a header is missing or cannot be read");
    }
  }

  private static Decoded requested(String rootJobId, byte[] value, Headers headers, Instant at) {
    JobRequest request = value == null ? null : Requests.decode(value, headers);
    return request == null || !rootJobId.equals(request.jobId())
        ? new Invalid(rootJobId, "not an accepted request")
        : new Valid(
            rootJobId,
            new Input.Requested(source(headers), at, request, Requests.redrivenFrom(headers)));
  }

  private static Decoded repair(
      Evidence evidence, Instant at, Input.Table table, String rootJobId, Headers headers) {
    return new Valid(rootJobId, new Input.Repair(evidence, at, table, jobId(headers)));
  }

  private static Decoded observed(
      Kind kind, String rootJobId, byte[] value, Headers headers, Evidence evidence, Instant at) {
    String jobId = jobId(headers);
    int generation = (int) number(headers, HeaderNames.WATCH_GENERATION, 0, Integer.MAX_VALUE);
    if (kind == Kind.ANSWER) {
      return answered(rootJobId, jobId, generation, value, evidence, at);
    }
    if (kind == Kind.FAULT) {
      String fault = matching(headers, HeaderNames.FAULT, FAULT);
      String detail = detail(headers);
      Input input =
          fault.equals("none")
              ? new Input.Recovered(evidence, at, jobId, generation)
              : new Input.Faulted(evidence, at, jobId, generation, fault, detail);
      return new Valid(rootJobId, input, value == null ? null : fault + " answer: " + detail);
    }
    LostReason reason = kind == Kind.EXPIRED ? LostReason.EXPIRED : LostReason.NOT_FOUND;
    return new Valid(
        rootJobId,
        new Input.GivenUp(
            evidence, at, jobId, generation, reason, giveUpDetail(reason, headers, at)));
  }

  /** Describes why the poller gave up on a job, in one line. */
  private static String giveUpDetail(LostReason reason, Headers headers, Instant at) {
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
    return JsonSize.cut(text.toString(), MAX_DETAIL);
  }

  private static boolean matches(Pattern form, String text) {
    return text != null && form.matcher(text).matches();
  }

  private static Decoded answered(
      String rootJobId, String jobId, int generation, byte[] value, Evidence evidence, Instant at) {
    if (value == null) {
      return new Invalid(rootJobId, "an answer without a body");
    }
    AnswerParser.Parsed parsed = AnswerParser.parse(value, jobId);
    if (parsed instanceof AnswerParser.Malformed malformed) {
      return new Invalid(rootJobId, "malformed answer: " + malformed.reason());
    }
    return new Valid(
        rootJobId,
        new Input.Answered(
            evidence,
            at,
            jobId,
            generation,
            ((AnswerParser.Valid) parsed).answer(),
            Digest.sha256(value)));
  }

  private static Instant time(String text, Instant latest) {
    // Records of the bridge have the same time in the header and the timestamp. Comparing the text
    // takes a tenth of the time of parsing it.
    if (text.equals(TimeRange.text(latest)) && !latest.isAfter(LATEST)) {
      return latest;
    }
    Instant at = TimeRange.parse(text);
    if (at.isAfter(LATEST)) {
      throw new IllegalArgumentException(HeaderNames.OBSERVED_AT);
    }
    return at.isAfter(latest) ? latest : at;
  }

  private static String jobId(Headers headers) {
    String jobId = required(headers, HeaderNames.JOB_ID);
    if (!JobId.valid(jobId)) {
      throw new IllegalArgumentException(HeaderNames.JOB_ID);
    }
    return jobId;
  }

  private static Evidence source(Headers headers) {
    return new Evidence(
        matching(headers, HeaderNames.SOURCE_TOPIC, TOPIC),
        (int) number(headers, HeaderNames.SOURCE_PARTITION, 0, Integer.MAX_VALUE),
        number(headers, HeaderNames.SOURCE_OFFSET, 0, Long.MAX_VALUE));
  }

  private static String detail(Headers headers) {
    return JsonSize.cut(
        String.valueOf(HeaderNames.text(headers, HeaderNames.FAULT_DETAIL)), MAX_DETAIL);
  }

  private static long number(Headers headers, String name, long min, long max) {
    long number = Long.parseLong(required(headers, name));
    if (number < min || number > max) {
      throw new IllegalArgumentException(name);
    }
    return number;
  }

  private static String matching(Headers headers, String name, Pattern form) {
    String text = required(headers, name);
    if (!form.matcher(text).matches()) {
      throw new IllegalArgumentException(name);
    }
    return text;
  }

  private static String required(Headers headers, String name) {
    String text = HeaderNames.text(headers, name);
    if (text == null) {
      throw new IllegalArgumentException(name);
    }
    return text;
  }
}
