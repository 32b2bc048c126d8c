package dev.imsbridge.ims;

import dev.imsbridge.ims.Exchanged.NoReply;
import dev.imsbridge.ims.Exchanged.Reply;
import dev.imsbridge.ims.Outcome.Answer;
import dev.imsbridge.ims.Outcome.Fault;
import dev.imsbridge.ims.Outcome.NotFound;
import dev.imsbridge.wire.AnswerParser;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Classifies an answer to a job query, by its status, headers and body alone.
 *
 * <p>The error codes of the API gateway and of IMS are more specific than the HTTP status, so a
 * known code takes precedence. Only an answer of the service itself proves that the job does not
 * exist: status 404 or 410 with a code of the service, or status 400 with one of a few codes.
 * Anything else is a fault, for example an empty 404 of a load balancer, or a code for invalid
 * input.
 */
final class FaultClassifier {
  private static final Set<String> AUTH_CODES =
      Set.of(
          "IMG.0030",
          "IMG.0087",
          "IMG.0161",
          "IMG.0026", // with status 400
          "APIGW.0301",
          "APIGW.0303",
          "APIGW.0305",
          "APIGW.0307", // from the gateway
          "APIG.0301",
          "APIG.0303",
          "APIG.0305",
          "APIG.0307");

  private static final Set<String> THROTTLING_CODES = Set.of("APIGW.0308", "APIG.0308");

  /** "An exception occurred during task query." */
  private static final String QUERY_FAILED = "IMG.0023";

  /** The services that answer this query, by the prefix of their error codes. */
  private static final Set<String> SERVICES = Set.of("IMG", "COMMON", "ECS", "EVS", "BMS");

  /** The codes that, with status 400, mean an unknown job. */
  private static final Set<String> UNKNOWN_JOB_CODES = Set.of("COMMON.0011");

  private static final Pattern REQUEST_ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private final String jobId;
  private final Reply reply;
  private final Duration latency;
  private ErrorBody error = ErrorBody.NONE;

  private FaultClassifier(String jobId, Reply reply, Duration latency) {
    this.jobId = jobId;
    this.reply = reply;
    this.latency = latency;
  }

  /**
   * Returns the outcome of one call.
   *
   * @param jobId the requested job
   */
  static Outcome classify(String jobId, Exchanged exchanged, Duration latency) {
    return exchanged instanceof NoReply none
        ? Fault.unanswered(none.kind(), none.detail(), latency)
        : new FaultClassifier(jobId, (Reply) exchanged, latency).outcome();
  }

  Outcome outcome() {
    boolean success = reply.status() / 100 == 2;
    if (success && reply.incompleteReason() == null && !isHtml()) {
      AnswerParser.Parsed parsed = AnswerParser.glance(reply.body(), jobId);
      if (parsed instanceof AnswerParser.Valid valid) {
        return new Answer(response(), reply.body(), valid.answer(), reply.headers().get("Date"));
      }
      error = ErrorBody.read(reply.body());
      return error.code().isEmpty()
          ? malformed(((AnswerParser.Malformed) parsed).reason())
          : byCode();
    }
    if (reply.incompleteReason() == null) {
      error = ErrorBody.read(reply.body());
    }
    if (success) {
      return reply.incompleteReason() == null
          ? fault(FaultKind.TRANSIENT, "an HTML page instead of a job")
          : malformed(reply.incompleteReason());
    }
    return byCode();
  }

  private Outcome byCode() {
    String code = error.code();
    if (THROTTLING_CODES.contains(code)) {
      return fault(FaultKind.THROTTLED, summary());
    }
    if (AUTH_CODES.contains(code)) {
      return fault(FaultKind.AUTH, summary());
    }
    if (code.equals(QUERY_FAILED)) {
      return fault(FaultKind.TRANSIENT, summary());
    }
    return byStatus();
  }

  private Outcome byStatus() {
    int status = reply.status();
    return switch (status) {
      case 401, 403 -> fault(FaultKind.AUTH, summary());
      case 429 -> fault(FaultKind.THROTTLED, summary());
      case 408, 425 -> fault(FaultKind.TRANSIENT, summary());
      case 400 ->
          UNKNOWN_JOB_CODES.contains(error.code())
              ? notFound()
              : fault(FaultKind.REJECTED, summary());
      case 404, 410 -> byNotFoundStatus();
      case 407 -> fault(FaultKind.REJECTED, TransportFailure.PROXY_AUTHENTICATION);
      default -> byFamily(status);
    };
  }

  private Outcome byFamily(int status) {
    return switch (status / 100) {
      case 2 -> malformed("an error instead of a job: " + summary());
      case 3 -> fault(FaultKind.REJECTED, "a redirect, which is not followed: check the endpoint");
      case 5 -> fault(FaultKind.TRANSIENT, summary());
      default -> fault(FaultKind.REJECTED, summary());
    };
  }

  // Only an answer of the service refers to the job. The gateway's own codes, and answers from
  // elsewhere, refer to the path.
  private Outcome byNotFoundStatus() {
    if (isHtml()) {
      return fault(FaultKind.TRANSIENT, "an HTML page instead of a job");
    }
    return isFromService()
        ? notFound()
        : fault(FaultKind.REJECTED, "check endpoint and path: " + summary());
  }

  private boolean isFromService() {
    int dot = error.code().indexOf('.');
    return error.code().equals(ErrorBody.ITEM_NOT_FOUND)
        || (dot > 0 && SERVICES.contains(error.code().substring(0, dot)));
  }

  private boolean isHtml() {
    char first = firstCharacter();
    if (first == '<' || first == '{') {
      return first == '<';
    }
    String type = reply.headers().get("Content-Type");
    return type != null && type.strip().regionMatches(true, 0, "text/html", 0, 9);
  }

  /**
   * The first character that is neither blank nor part of a byte order mark; a blank if there is
   * none.
   */
  private char firstCharacter() {
    byte[] body = reply.body();
    boolean marked = body.length > 2 && body[0] == (byte) 0xef && body[1] == (byte) 0xbb;
    for (int i = marked ? 3 : 0; i < body.length; i++) {
      if (body[i] > ' ' || body[i] < 0) {
        return (char) body[i];
      }
    }
    return ' ';
  }

  private NotFound notFound() {
    return new NotFound(response(), summary());
  }

  private Fault malformed(String reason) {
    return new Fault(response(), FaultKind.MALFORMED, Detail.of(reason), null, null, reply.body());
  }

  private Fault fault(FaultKind kind, String detail) {
    RateLimit limit = kind == FaultKind.THROTTLED ? RateLimit.in(error.message()) : null;
    return new Fault(
        response(), kind, Detail.of(detail), RetryAfter.of(reply.headers()), limit, null);
  }

  private Outcome.Response response() {
    return new Outcome.Response(reply.status(), requestId(), latency);
  }

  private String summary() {
    if (isHtml()) {
      return "HTTP " + reply.status() + ", an HTML page";
    }
    String text = error.code().isEmpty() ? error.message() : error.code() + ": " + error.message();
    return text.isEmpty() ? "HTTP " + reply.status() : "HTTP " + reply.status() + ", " + text;
  }

  private String requestId() {
    String id = reply.headers().get("X-Request-Id");
    if (id == null || id.isBlank()) {
      id = error.requestId();
    }
    return id != null && REQUEST_ID.matcher(id).matches() ? id : null;
  }
}
