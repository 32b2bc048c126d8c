package dev.imsbridge.ims;

import dev.imsbridge.job.JobAnswer;
import java.time.Duration;
import java.time.Instant;

/**
 * What became of one GET about one job. Asking IMS never throws: every failure is one of these.
 * Nothing in an outcome holds a secret.
 */
public sealed interface Outcome {
  /** The HTTP status; 0 when there was no answer at all. */
  int httpStatus();

  /** What IMS calls this exchange; null when it did not say. */
  String requestId();

  /** From the call to its outcome, waiting for a connection or for credentials included. */
  Duration latency();

  /**
   * IMS described the job.
   *
   * @param body the verbatim bytes, decompressed; where they hold a secret that the call was made
   *     with, stars stand in its place
   * @param job the same, read at a {@link dev.imsbridge.wire.AnswerParser#glance glance}
   * @param date the header {@code Date} as it came; null when there was none
   */
  record Answer(
      int httpStatus, String requestId, Duration latency, byte[] body, JobAnswer job, String date)
      implements Outcome {
    /** Below, the difference of two clocks may be the rounding of one of them, and the way. */
    private static final Duration TOLD_BY_DATE = Duration.ofSeconds(3);

    /**
     * How far our clock is ahead of that of IMS, of which it tells whole seconds; zero where the
     * difference is too small to tell, or unknown.
     *
     * @param now of our clock, when the answer came
     */
    public Duration clockAhead(Instant now) {
      Instant sent = RetryAfter.date(date);
      Duration ahead = sent == null ? Duration.ZERO : Duration.between(sent, now);
      return ahead.abs().compareTo(TOLD_BY_DATE) < 0 ? Duration.ZERO : ahead;
    }

    @Override
    public String toString() {
      return "Answer[" + httpStatus + ", " + job.status() + ", " + body.length + " bytes]";
    }
  }

  /**
   * IMS does not know the job; just after it was created it may only not know it yet.
   *
   * @param detail one bounded line
   */
  record NotFound(int httpStatus, String requestId, Duration latency, String detail)
      implements Outcome {}

  /**
   * The GET told nothing about the job.
   *
   * @param detail one bounded line for people
   * @param retryAfter how long IMS asked to be left alone; null when it did not
   * @param rateLimit the limit that a throttling answer named; null when it named none
   * @param body the first bytes of what could not be read, for a malformed answer; else null
   */
  record Fault(
      FaultKind kind,
      int httpStatus,
      String requestId,
      Duration latency,
      String detail,
      Duration retryAfter,
      RateLimit rateLimit,
      byte[] body)
      implements Outcome {
    @Override
    public String toString() {
      return "Fault[" + kind.word() + ", " + httpStatus + ", " + detail + "]";
    }
  }
}
