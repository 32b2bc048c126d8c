package dev.imsbridge.poller;

import dev.imsbridge.ims.Backoff;
import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.job.JobAnswer;
import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Decides what one GET means for its watch: what is written of it, and when the next GET is due.
 *
 * <p>Written is only what is new: an answer whose bytes differ from those written last, a fault
 * when it begins, changes or ends. A watch ends with a terminal answer, or with {@code not-found}
 * or {@code expired}; a fault never ends one. Owned by the loop's thread.
 */
final class Judge {
  /** Returned for a watch that needs no further GET. */
  static final long NEVER = -1;

  /** A job that asks for more patience is asked again all the same. */
  private static final long LONGEST_PATIENCE = Duration.ofHours(1).toNanos();

  // With room for headers and key.
  private static final int LARGEST_BODY = KafkaClients.MAX_MESSAGE_BYTES - (64 << 10);

  private final EngineSettings settings;
  private final PollPolicy policy;
  private final Effects effects;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Backoff backoff;
  private final Tally tally;

  Judge(
      EngineSettings settings,
      PollPolicy policy,
      Effects effects,
      InstantSource clock,
      RandomGenerator random,
      Tally tally) {
    this.settings = settings;
    this.policy = policy;
    this.effects = effects;
    this.clock = clock;
    this.random = random;
    this.tally = tally;
    backoff = new Backoff(settings.retryBase(), settings.retryCap(), random);
  }

  /** The nanoseconds until the first GET of a watch that is not known to have been asked for. */
  long firstDelay(WatchState state) {
    if (!root(state)) {
      // The answer that named the sub-job has told that it is under way.
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

  /** Gives up a watch that is past its deadline and could not be asked for. */
  void expire(WatchState state) {
    write(state, Observation.Kind.EXPIRED, null, null, "no GET succeeded after the deadline", null);
  }

  /** How long to wait before a watch is asked for again whose observation did not arrive. */
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
    // A new answer tells by itself that the GET works again.
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

  // By the clock of IMS, as the job's own times.
  private Instant askedAt(WatchState state, Outcome.Answer answer) {
    return state.watch.openedAt().minus(clockAhead(state, answer));
  }

  /**
   * How far our clock is ahead of that of IMS. Zero if the header Date moves the beginning of the
   * job away from the opening of its watch: then the header is wrong, and not our clock.
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
      // Few types, many watches: one instance of the name is enough.
      state.jobType = type.intern();
    }
    if (job.beginTime() != null) {
      // A job's age is the difference of two times: both have to be of one clock.
      Instant now = clock.instant();
      Instant began = job.beginTime().plus(clockAhead(state, answer));
      if (!began.isAfter(now)) {
        state.sinceMillis = began.toEpochMilli();
      }
    }
  }

  // ---- no answers

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
   * A line for people about a job that IMS does not know; null if it is not so.
   *
   * @param at the time of {@code now} as others tell it
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
      // Behind the others that are due: one of them has to be the next probe of the project.
      case THROTTLED, TRANSIENT -> Math.max(1, retry);
      // Not before the others are due: after a refusal another watch has to be the next probe, as a
      // project must not be held because of jobs it may not see.
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
