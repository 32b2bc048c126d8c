package dev.imsbridge.ims;

import dev.imsbridge.job.JobAnswer;
import java.time.Duration;
import java.time.Instant;

/**
 * The result of one GET for one job. Requests to IMS never throw: every failure is an outcome. An
 * outcome holds no secrets.
 */
public sealed interface Outcome {
  Response response();

  /**
   * The HTTP exchange behind an outcome.
   *
   * @param status the HTTP status; 0 if there was no answer
   * @param requestId the request id that IMS assigned to this exchange; null if it is unknown
   * @param latency the time from the call to its outcome, including the wait for a connection or
   *     for credentials
   */
  record Response(int status, String requestId, Duration latency) {
    /** No exchange at all. */
    public static final Response NONE = new Response(0, null, null);
  }

  /**
   * IMS described the job.
   *
   * @param body the verbatim bytes, decompressed; secrets of the call are replaced by stars
   * @param job the same body, parsed with {@link dev.imsbridge.wire.AnswerParser#glance glance}
   * @param date the header {@code Date} as received; null if there was none
   */
  record Answer(Response response, byte[] body, JobAnswer job, String date) implements Outcome {
    /** A smaller difference may come from rounding and from the network. */
    private static final Duration MIN_CLOCK_DIFFERENCE = Duration.ofSeconds(3);

    /**
     * Returns how far the local clock is ahead of the clock of IMS, which reports whole seconds.
     * Returns zero if the difference is below 3 s or unknown.
     *
     * @param now the local time when the answer arrived
     */
    public Duration clockAhead(Instant now) {
      Instant sent = RetryAfter.date(date);
      Duration ahead = sent == null ? Duration.ZERO : Duration.between(sent, now);
      return ahead.abs().compareTo(MIN_CLOCK_DIFFERENCE) < 0 ? Duration.ZERO : ahead;
    }

    @Override
    public String toString() {
      return "Answer[" + response.status() + ", " + job.status() + ", " + body.length + " bytes]";
    }
  }

  /**
   * IMS does not know the job. A job that was just created may not be visible yet.
   *
   * @param detail one line of bounded length
   */
  record NotFound(Response response, String detail) implements Outcome {}

  /**
   * The GET returned no information about the job.
   *
   * @param detail one line of bounded length, for logs
   * @param retryAfter how long IMS asked to wait; null if it did not
   * @param rateLimit the limit that a throttling answer named; null if it named none
   * @param body the first bytes of a malformed answer; null for other kinds
   */
  record Fault(
      Response response,
      FaultKind kind,
      String detail,
      Duration retryAfter,
      RateLimit rateLimit,
      byte[] body)
      implements Outcome {
    /** A fault without any further information. */
    public static Fault of(FaultKind kind, String detail, Response response) {
      return new Fault(response, kind, detail, null, null, null);
    }

    /** A fault without an HTTP response. */
    public static Fault unanswered(FaultKind kind, String detail, Duration latency) {
      return of(kind, detail, new Response(0, null, latency));
    }

    @Override
    public String toString() {
      return "Fault[" + kind.word() + ", " + response.status() + ", " + detail + "]";
    }
  }
}
