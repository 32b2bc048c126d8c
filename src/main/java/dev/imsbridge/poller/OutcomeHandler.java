package dev.imsbridge.poller;

import dev.imsbridge.ims.Backoff;
import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.job.JobAnswer;
import dev.imsbridge.poller.schedule.Expectation;
import dev.imsbridge.poller.schedule.FinishedJobs;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Decides the consequences of one GET for its watch: which observation is written, and when the
 * next GET is due.
 *
 * <p>Only changes are written: an answer whose bytes differ from the last written ones, and a fault
 * when it begins, changes or ends. A watch ends with a terminal answer, or with {@code not-found}
 * or {@code expired}. A fault alone never ends a watch before its deadline. Owned by the loop's
 * thread.
 */
final class OutcomeHandler {
  /** Returned for a watch that needs no further GET. */
  static final long NEVER = -1;

  /** A longer Retry-After of one job is reduced to this. */
  private static final long MAX_RETRY_AFTER = Duration.ofHours(1).toNanos();

  // Leaves room for the headers and the key of the record.
  private static final int MAX_BODY_BYTES = KafkaClients.MAX_MESSAGE_BYTES - (64 << 10);

  private final EngineSettings settings;
  private final PollPolicy policy;
  private final PollActions actions;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Backoff backoff;
  private final PollCounts counts;

  OutcomeHandler(
      EngineSettings settings,
      PollPolicy policy,
      PollActions actions,
      InstantSource clock,
      RandomGenerator random,
      PollCounts counts) {
    this.settings = settings;
    this.policy = policy;
    this.actions = actions;
    this.clock = clock;
    this.random = random;
    this.counts = counts;
    backoff = new Backoff(settings.retries().base(), settings.retries().cap(), random);
  }

  /**
   * Returns the nanoseconds until the first GET of a watch that this poller has not requested yet.
   */
  long firstDelay(WatchState state) {
    if (!state.root()) {
      // The answer that named the sub-job has shown that it is running.
      return 0;
    }
    long age = Math.max(0, clock.millis() - state.watch.openedAt().toEpochMilli());
    return Math.max(0, policy.firstDelayNanos(random) - TimeUnit.MILLISECONDS.toNanos(age));
  }

  /**
   * Handles the outcome of a GET for a live watch.
   *
   * @return the nanoseconds until the next GET, or {@link #NEVER}
   */
  long handle(WatchState state, Outcome outcome, long now) {
    if (outcome instanceof Outcome.Answer answer) {
      return answer.body().length <= MAX_BODY_BYTES
          ? answered(state, answer)
          : failed(state, tooLarge(answer));
    }
    if (outcome instanceof Outcome.NotFound notFound) {
      return notFound(state, notFound, now);
    }
    return failed(state, (Outcome.Fault) outcome);
  }

  /**
   * Writes the answer to a GET that was under way when its partition was revoked, because the next
   * owner may see only a later status of the job. The fold ignores a status that is outdated. All
   * other outcomes are dropped: the next owner decides when a job is lost.
   *
   * @return whether the answer was written
   */
  boolean handOver(WatchState state, Outcome outcome) {
    if (outcome instanceof Outcome.Answer answer
        && answer.body().length <= MAX_BODY_BYTES
        && !BodyDigest.of(answer.body()).equals(state.written)) {
      write(state, Observation.Kind.ANSWER, answer.response(), null, null, answer.body());
      return true;
    }
    return false;
  }

  private static Outcome.Fault tooLarge(Outcome.Answer answer) {
    String detail =
        "the answer has %s bytes, which exceeds the limit of a record: %s bytes"
            .formatted(answer.body().length, MAX_BODY_BYTES);
    return Outcome.Fault.of(FaultKind.MALFORMED, detail, answer.response());
  }

  /** Ends a watch that is past its deadline and whose job could not be requested. */
  void expire(WatchState state) {
    write(
        state,
        Observation.Kind.EXPIRED,
        Outcome.Response.NONE,
        null,
        "no GET succeeded after the deadline",
        null);
  }

  /**
   * Records that an observation was not written.
   *
   * @return the nanoseconds to wait before its job is requested again
   */
  long delayAfterFailedWrite(WatchState state) {
    state.forgetWritten();
    state.failedWrites++;
    return backoff.delayAfter(state.failedWrites).toNanos();
  }

  // ---- answers

  private long answered(WatchState state, Outcome.Answer answer) {
    BodyDigest digest = BodyDigest.of(answer.body());
    boolean isNew = !digest.equals(state.written);
    if (isNew) {
      write(state, Observation.Kind.ANSWER, answer.response(), null, null, answer.body());
      state.written = digest;
      remember(state, answer);
    } else {
      counts.coalesced++;
      endFault(state, answer);
    }
    // A new answer already shows that GETs work again.
    state.faults = null;
    state.described = true;
    Double progress = answer.job().progress();
    state.progress = progress == null ? Float.NaN : progress.floatValue();
    if (FinishedJobs.ended(answer.job())) {
      FinishedJobs.teach(policy, answer.job(), state.root() ? openedAt(state, answer) : null);
      return NEVER;
    }
    if (pastDeadline(state)) {
      write(state, Observation.Kind.EXPIRED, answer.response(), null, null, null);
      return NEVER;
    }
    return policyDelay(state);
  }

  // When the watch was opened, by the clock of IMS like the job's own times.
  private Instant openedAt(WatchState state, Outcome.Answer answer) {
    return state.watch.openedAt().minus(clockAhead(state, answer));
  }

  /**
   * Returns how far the local clock is ahead of the clock of IMS. Returns zero if a correction by
   * the header Date would move the begin of the job further from the opening of its watch. In that
   * case the header is assumed to be wrong, not the local clock.
   */
  private Duration clockAhead(WatchState state, Outcome.Answer answer) {
    Duration ahead = answer.clockAhead(clock.instant());
    Instant began = answer.job().times().beginTime();
    if (ahead.isZero() || began == null) {
      return Duration.ZERO;
    }
    Duration asStated = Duration.between(began, state.watch.openedAt());
    return asStated.minus(ahead).abs().compareTo(asStated.abs()) < 0 ? ahead : Duration.ZERO;
  }

  private void remember(WatchState state, Outcome.Answer answer) {
    JobAnswer job = answer.job();
    String type = job.jobType();
    if (type != null
        && type.length() <= FinishedJobs.MAX_TYPE_LENGTH
        && !type.equals(state.jobType)) {
      // There are few types and many watches, so share one instance of the name.
      state.jobType = type.intern();
    }
    if (job.times().beginTime() != null) {
      // A job's age is the difference of two times. Both must come from the same clock.
      Instant now = clock.instant();
      Instant began = job.times().beginTime().plus(clockAhead(state, answer));
      if (!began.isAfter(now)) {
        state.sinceMillis = began.toEpochMilli();
      }
    }
  }

  // ---- not found and faults

  private long notFound(WatchState state, Outcome.NotFound outcome, long now) {
    endFault(state, outcome);
    state.faults().notFound(outcome.response().status(), now);
    long graceLeft = graceLeft(state, now);
    if (graceLeft <= 0) {
      write(state, Observation.Kind.NOT_FOUND, outcome.response(), null, outcome.detail(), null);
      return NEVER;
    }
    if (pastDeadline(state)) {
      write(state, Observation.Kind.EXPIRED, outcome.response(), null, outcome.detail(), null);
      return NEVER;
    }
    return Math.min(policyDelay(state), graceLeft);
  }

  private long graceLeft(WatchState state, long now) {
    Duration grace = state.seen() ? settings.seenGrace() : settings.notFoundGrace();
    return grace.toNanos() - (now - state.faults.notFoundSince());
  }

  /**
   * Returns an immutable view of a watch for other threads.
   *
   * @param now the time of the monotonic clock
   */
  PollerView.Polled view(WatchState state, long now) {
    Instant at = clock.instant();
    FaultKind fault = state.publishedFault();
    boolean unknown = state.notFoundStatus() != 0;
    return new PollerView.Polled(
        state.attempts,
        state.phase == WatchState.Phase.WAITING && !state.project.paused()
            ? at.plusNanos(Math.max(0, state.due() - now))
            : null,
        fault != null ? fault.word() : unknown ? Observation.Kind.NOT_FOUND.word() : null,
        unknown
            ? "IMS does not know this job (%s), %s polls, given up at %s"
                .formatted(
                    state.notFoundStatus(),
                    state.attempts,
                    at.plusNanos(graceLeft(state, now)).truncatedTo(ChronoUnit.SECONDS))
            : null,
        forecast(state, at));
  }

  private PollerView.Forecast forecast(WatchState state, Instant at) {
    if (state.phase == WatchState.Phase.PARKED) {
      return null;
    }
    long age = state.ageNanos(at.toEpochMilli());
    Expectation expected = policy.expect(state.jobType, age);
    return new PollerView.Forecast(
        TimeUnit.NANOSECONDS.toMillis(age),
        expected.median() == null ? null : at.plus(expected.median()),
        expected.percentile95() == null ? null : at.plus(expected.percentile95()),
        expected.overlong(),
        expected.jobs(),
        Float.isNaN(state.progress) ? null : state.progress);
  }

  private long failed(WatchState state, Outcome.Fault fault) {
    if (state.faults().failed(fault, settings.retries().quietFailures())) {
      write(
          state,
          Observation.Kind.FAULT,
          fault.response(),
          fault.kind().word(),
          fault.detail(),
          fault.body());
    }
    boolean dueToJob = fault.kind() == FaultKind.MALFORMED || fault.kind() == FaultKind.REJECTED;
    if (dueToJob && pastDeadline(state)) {
      write(state, Observation.Kind.EXPIRED, fault.response(), null, fault.detail(), null);
      return NEVER;
    }
    long requestedWait = fault.retryAfter() == null ? 0 : fault.retryAfter().toNanos();
    long retry =
        Math.max(
            backoff.delayAfter(state.faults.failures()).toNanos(),
            Math.min(requestedWait, MAX_RETRY_AFTER));
    return switch (fault.kind()) {
      // Queue behind the other due watches. One of them must be the next probe of the project.
      case THROTTLED, TRANSIENT -> Math.max(1, retry);
      // Not before the other watches are due. After a refusal another watch must be the next probe,
      // because jobs without permission must not block the project.
      case AUTH, MALFORMED, REJECTED -> Math.max(policyDelay(state), retry);
    };
  }

  private void endFault(WatchState state, Outcome outcome) {
    if (state.faults != null && state.faults.ended()) {
      write(state, Observation.Kind.FAULT, outcome.response(), "none", null, null);
    }
  }

  // ---- common

  private boolean pastDeadline(WatchState state) {
    return !clock.instant().isBefore(state.watch.deadlineAt());
  }

  private long policyDelay(WatchState state) {
    return policy.delayNanos(state.jobType, state.ageNanos(clock.millis()), random);
  }

  private void write(
      WatchState state,
      Observation.Kind kind,
      Outcome.Response response,
      String fault,
      String detail,
      byte[] body) {
    Instant at = clock.instant();
    counts.written(kind);
    actions.write(
        state,
        new Observation(
            state.watch,
            kind,
            at,
            state.attempts,
            response.status(),
            response.requestId(),
            response.latency(),
            fault,
            detail,
            body));
  }
}
