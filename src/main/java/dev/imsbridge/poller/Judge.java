package dev.imsbridge.poller;

import dev.imsbridge.ims.Backoff;
import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.job.JobAnswer;
import dev.imsbridge.poller.schedule.FinishedJobs;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
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
final class Judge {
  /** Returned for a watch that needs no further GET. */
  static final long NEVER = -1;

  /** A longer Retry-After for one job is cut to this. */
  private static final long LONGEST_PATIENCE = Duration.ofHours(1).toNanos();

  // Leaves space for headers and key.
  private static final int LARGEST_BODY = KafkaClients.MAX_MESSAGE_BYTES - (64 << 10);

  private final EngineSettings settings;
  private final PollPolicy policy;
  private final Effects effects;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Backoff backoff;
  private final PollCounts tally;

  Judge(
      EngineSettings settings,
      PollPolicy policy,
      Effects effects,
      InstantSource clock,
      RandomGenerator random,
      PollCounts tally) {
    this.settings = settings;
    this.policy = policy;
    this.effects = effects;
    this.clock = clock;
    this.random = random;
    this.tally = tally;
    backoff = new Backoff(settings.retryBase(), settings.retryCap(), random);
  }

  /**
   * Returns the nanoseconds until the first GET of a watch that this poller has not requested yet.
   */
  long firstDelay(WatchState state) {
    if (!root(state)) {
      // The answer that named the sub-job has shown that it is running.
      return 0;
    }
    long age = Math.max(0, clock.millis() - state.watch.openedAt().toEpochMilli());
    return Math.max(0, policy.firstDelayNanos(random) - TimeUnit.MILLISECONDS.toNanos(age));
  }

  /**
   * Judges the outcome of a GET for a live watch.
   *
   * @return the nanoseconds until the next GET, or {@link #NEVER}
   */
  long judge(WatchState state, Outcome outcome, long now) {
    if (outcome instanceof Outcome.Answer answer) {
      return answer.body().length <= LARGEST_BODY
          ? answered(state, answer)
          : failed(state, tooLarge(answer));
    }
    if (outcome instanceof Outcome.NotFound notFound) {
      return notFound(state, notFound, now);
    }
    return failed(state, (Outcome.Fault) outcome);
  }

  private static Outcome.Fault tooLarge(Outcome.Answer answer) {
    String detail =
        "an answer of %s bytes does not go into a record: %s at most"
            .formatted(answer.body().length, LARGEST_BODY);
    return new Outcome.Fault(
        FaultKind.MALFORMED,
        answer.httpStatus(),
        answer.requestId(),
        answer.latency(),
        detail,
        null,
        null,
        null);
  }

  /** Ends a watch that is past its deadline and whose job could not be requested. */
  void expire(WatchState state) {
    write(state, Observation.Kind.EXPIRED, null, null, "no GET succeeded after the deadline", null);
  }

  /**
   * Returns the nanoseconds to wait before a job is requested again whose observation was not
   * written.
   */
  long afterFailedWrite(WatchState state) {
    state.forgetWritten();
    state.failedWrites++;
    return backoff.after(state.failedWrites).toNanos();
  }

  // ---- answers

  private long answered(WatchState state, Outcome.Answer answer) {
    Fingerprint fingerprint = Fingerprint.of(answer.body());
    boolean isNew = !fingerprint.equals(state.written);
    if (isNew) {
      write(state, Observation.Kind.ANSWER, answer, null, null, answer.body());
      state.written = fingerprint;
      remember(state, answer);
    } else {
      tally.coalesced++;
      sayNoFault(state, answer);
    }
    // A new answer already shows that GETs work again.
    state.trouble = null;
    state.described = true;
    if (FinishedJobs.ended(answer.job())) {
      FinishedJobs.teach(policy, answer.job(), root(state) ? askedAt(state, answer) : null);
      return NEVER;
    }
    if (pastDeadline(state)) {
      write(state, Observation.Kind.EXPIRED, answer, null, null, null);
      return NEVER;
    }
    return byPolicy(state);
  }

  // By the clock of IMS, like the job's own times.
  private Instant askedAt(WatchState state, Outcome.Answer answer) {
    return state.watch.openedAt().minus(clockAhead(state, answer));
  }

  /**
   * Returns how far the local clock is ahead of the clock of IMS. Returns zero if a correction by
   * the header Date would move the begin of the job further from the opening of its watch: then the
   * header is wrong, not the local clock.
   */
  private Duration clockAhead(WatchState state, Outcome.Answer answer) {
    Duration ahead = answer.clockAhead(clock.instant());
    Instant began = answer.job().beginTime();
    if (ahead.isZero() || began == null) {
      return Duration.ZERO;
    }
    Duration asStated = Duration.between(began, state.watch.openedAt());
    return asStated.minus(ahead).abs().compareTo(asStated.abs()) < 0 ? ahead : Duration.ZERO;
  }

  private void remember(WatchState state, Outcome.Answer answer) {
    JobAnswer job = answer.job();
    String type = job.jobType();
    if (type != null && type.length() <= FinishedJobs.LONGEST_TYPE && !type.equals(state.jobType)) {
      // There are few types and many watches, so share one instance of the name.
      state.jobType = type.intern();
    }
    if (job.beginTime() != null) {
      // A job's age is the difference of two times. Both must come from the same clock.
      Instant now = clock.instant();
      Instant began = job.beginTime().plus(clockAhead(state, answer));
      if (!began.isAfter(now)) {
        state.sinceMillis = began.toEpochMilli();
      }
    }
  }

  // ---- not found and faults

  private long notFound(WatchState state, Outcome.NotFound outcome, long now) {
    sayNoFault(state, outcome);
    WatchState.Trouble trouble = state.trouble();
    trouble.failures = 0;
    trouble.kind = null;
    trouble.sameKind = 0;
    if (trouble.notFound == 0) {
      trouble.notFoundSince = now;
    }
    trouble.notFound = outcome.httpStatus();
    long graceLeft = graceLeft(state, now);
    if (graceLeft <= 0) {
      write(state, Observation.Kind.NOT_FOUND, outcome, null, outcome.detail(), null);
      return NEVER;
    }
    if (pastDeadline(state)) {
      write(state, Observation.Kind.EXPIRED, outcome, null, outcome.detail(), null);
      return NEVER;
    }
    return Math.min(byPolicy(state), graceLeft);
  }

  private long graceLeft(WatchState state, long now) {
    Duration grace = state.seen() ? settings.seenGrace() : settings.notFoundGrace();
    return grace.toNanos() - (now - state.trouble.notFoundSince);
  }

  /**
   * Returns a log line about a job that IMS does not know; null if IMS knows it.
   *
   * @param at the wall-clock time of {@code now}
   */
  String note(WatchState state, Instant at, long now) {
    return state.notFound() == 0
        ? null
        : String.format(
            Locale.ROOT,
            "IMS does not know this job (%d), %d polls, given up at %s",
            state.notFound(),
            state.attempts,
            at.plusNanos(graceLeft(state, now)).truncatedTo(ChronoUnit.SECONDS));
  }

  private long failed(WatchState state, Outcome.Fault fault) {
    WatchState.Trouble trouble = state.trouble();
    trouble.failures++;
    trouble.sameKind = fault.kind() == trouble.kind ? trouble.sameKind + 1 : 1;
    trouble.kind = fault.kind();
    sayFault(state, trouble, fault);
    boolean theJobsOwn = fault.kind() == FaultKind.MALFORMED || fault.kind() == FaultKind.REJECTED;
    if (theJobsOwn && pastDeadline(state)) {
      write(state, Observation.Kind.EXPIRED, fault, null, fault.detail(), null);
      return NEVER;
    }
    long asked = fault.retryAfter() == null ? 0 : fault.retryAfter().toNanos();
    long retry =
        Math.max(backoff.after(trouble.failures).toNanos(), Math.min(asked, LONGEST_PATIENCE));
    return switch (fault.kind()) {
      // Queue behind the other due watches. One of them must be the next probe of the project.
      case THROTTLED, TRANSIENT -> Math.max(1, retry);
      // Not before the other watches are due. After a refusal another watch must be the next probe,
      // because jobs without permission must not block the project.
      case AUTH, MALFORMED, REJECTED -> Math.max(byPolicy(state), retry);
    };
  }

  private void sayFault(WatchState state, WatchState.Trouble trouble, Outcome.Fault fault) {
    boolean passing = fault.kind() == FaultKind.TRANSIENT || fault.kind() == FaultKind.THROTTLED;
    if (passing && trouble.sameKind < settings.quietFailures()) {
      return;
    }
    byte[] body = fault.kind() == FaultKind.MALFORMED ? fault.body() : null;
    Fingerprint bytes = body == null ? Fingerprint.NONE : Fingerprint.of(body);
    if (fault.kind() == trouble.said && bytes.equals(trouble.saidBytes)) {
      return;
    }
    write(state, Observation.Kind.FAULT, fault, fault.kind().word(), fault.detail(), body);
    trouble.said = fault.kind();
    trouble.saidBytes = bytes;
  }

  private void sayNoFault(WatchState state, Outcome outcome) {
    if (state.saidFault() != null) {
      write(state, Observation.Kind.FAULT, outcome, "none", null, null);
      state.trouble.said = null;
      state.trouble.saidBytes = Fingerprint.NONE;
    }
  }

  // ---- common

  private static boolean root(WatchState state) {
    return state.watch.jobId().equals(state.watch.rootJobId());
  }

  private boolean pastDeadline(WatchState state) {
    return !clock.instant().isBefore(state.watch.deadlineAt());
  }

  private long byPolicy(WatchState state) {
    long age = Math.max(0, clock.millis() - state.sinceMillis);
    return policy.delayNanos(state.jobType, TimeUnit.MILLISECONDS.toNanos(age), random);
  }

  private void write(
      WatchState state,
      Observation.Kind kind,
      Outcome outcome,
      String fault,
      String detail,
      byte[] body) {
    Instant at = clock.instant();
    tally.written(kind);
    effects.write(
        state,
        new Observation(
            state.watch,
            kind,
            at,
            state.attempts,
            outcome == null ? 0 : outcome.httpStatus(),
            outcome == null ? null : outcome.requestId(),
            outcome == null ? null : outcome.latency(),
            fault,
            detail,
            body));
  }
}
