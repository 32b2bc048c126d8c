package dev.imsbridge.ims;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Limits the calls of one instance to one project at one endpoint: a token bucket limits the rate,
 * a counter limits the concurrent calls, and throttling answers lower the rate.
 *
 * <p>In any time {@code t} at most {@code rate * t + burst} calls are granted, also after an idle
 * period. A throttling answer pauses all calls, empties the bucket and lowers the rate. The rate
 * then climbs back to its ceiling: the configured rate or, if one is adopted, the limit that IMS
 * names. An adopted limit expires when no throttling has occurred for 1 h or for twice the limit's
 * window, whichever is longer.
 *
 * <p>A refusal is a throttling answer or any other answer with Retry-After. One answer may be
 * wrong, so the effect of the refusals of one job is bounded: they pause the project for at most 1
 * min. Each further job that is refused before a call succeeds doubles that bound, up to 1 h. A
 * limit is adopted when a second job names it too. It is dropped when more calls succeed in a
 * window than the limit allows. An adopted limit always grants enough probes to disprove it.
 *
 * <p>Times are {@link System#nanoTime} values passed in by the caller, so results depend only on
 * the sequence of calls. Not thread-safe: one thread owns an instance.
 */
public final class Budget {
  /** Calls stay this far below a named limit because clocks and networks are not exact. */
  private static final double MARGIN = 0.95;

  private static final double RECOVERY_NANOS = Duration.ofMinutes(2).toNanos();

  /** The pauses after throttling answers without Retry-After and without a named limit. */
  private static final long FIRST_PAUSE = Duration.ofSeconds(1).toNanos();

  private static final long MAX_DEFAULT_PAUSE = Duration.ofMinutes(1).toNanos();

  /** The longest pause that an answer can cause. */
  private static final long MAX_PAUSE = Duration.ofHours(1).toNanos();

  private static final long MAX_PAUSE_OF_ONE_JOB = Duration.ofMinutes(1).toNanos();
  private static final int MAX_REFUSED_JOBS = 8;
  private static final long MIN_LIMIT_DURATION = Duration.ofHours(1).toNanos();
  private static final double LOWEST_RATE = 1.0 / 60;

  /** The lowest rate with an adopted limit: the rate of the probes. */
  private static final double PROBE_RATE = 1.0 / 900;

  private static final double LONGEST_WAIT = Duration.ofDays(3650).toNanos();
  private static final double NANOS = 1e9;

  private final BudgetSettings settings;
  private final LearnedLimit learnedLimit = new LearnedLimit();
  private double share = 1;

  /** The granted fraction of the ceiling: 1, or less after throttling. */
  private double rateFactor = 1;

  private double tokens;
  private long refilledAt;
  private int inFlight;

  private long pausedUntil;
  private long lastThrottledAt;
  private int throttlesInARow;

  /** The time of the latest refusal. */
  private long refusedAt;

  /**
   * The jobs refused since a call last succeeded, at most {@link #MAX_REFUSED_JOBS}. More of them
   * would not extend the pause.
   */
  private final Set<String> refusedJobs = new HashSet<>();

  public Budget(BudgetSettings settings, long now) {
    this.settings = settings;
    tokens = burst();
    refilledAt = now;
    pausedUntil = now;
    lastThrottledAt = now - (long) RECOVERY_NANOS - 1;
    refusedAt = lastThrottledAt;
  }

  /**
   * Sets this instance's share of the project's budget.
   *
   * @param fraction the instance's partitions divided by all partitions; 0 grants nothing
   */
  public void setShare(double fraction, long now) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("share must be between 0 and 1: " + fraction);
    }
    refill(now);
    share = fraction;
    tokens = Math.min(tokens, burst());
  }

  /** Requests permission for one call. Each granted call must be {@link #released}. */
  public boolean tryAcquire(long now) {
    if (nanosUntilNext(now) > 0) {
      return false;
    }
    tokens -= 1;
    inFlight++;
    return true;
  }

  /** Records that a granted call has ended, successfully or not. */
  public void released() {
    if (inFlight == 0) {
      throw new IllegalStateException("more calls released than granted");
    }
    inFlight--;
  }

  /**
   * Returns the wait until {@link #tryAcquire} can succeed.
   *
   * @return nanoseconds; 0 for now; {@link Long#MAX_VALUE} if only the end of a call, or a share
   *     above 0, allows the next call
   */
  public long nanosUntilNext(long now) {
    refill(now);
    return inFlight >= concurrency() ? Long.MAX_VALUE : nanosUntilToken(now);
  }

  /**
   * Records that a call was throttled. Answers to calls that started before the last counted
   * throttling do not lower the rate again, unless they cause a limit to be adopted.
   *
   * @param job the job that was requested
   */
  public void throttled(String job, Outcome.Fault fault, long now) {
    refill(now);
    recordRefusal(job, now);
    boolean alreadyCounted = askedAt(fault, now) - lastThrottledAt <= 0;
    double rate = callsPerSecond();
    if (fault.rateLimit() != null) {
      learnedLimit.recordNamed(job, fault.rateLimit(), now);
    }
    if (!alreadyCounted) {
      throttlesInARow = now - lastThrottledAt > RECOVERY_NANOS ? 1 : throttlesInARow + 1;
      lastThrottledAt = now;
      rate = Math.max(rate / 2, LOWEST_RATE * share);
    }
    slowTo(rate);
    if (fault.retryAfter() != null) {
      pauseFor(nanos(fault.retryAfter()), now);
    } else if (!alreadyCounted) {
      pauseFor(throttlePause(fault.rateLimit(), throttlesInARow), now);
    }
    tokens = 0;
  }

  /**
   * Pauses all calls for the time that an answer of any kind requested, within the bounds in the
   * class description.
   */
  public void pause(String job, Duration retryAfter, long now) {
    refill(now);
    recordRefusal(job, now);
    pauseFor(nanos(retryAfter), now);
    tokens = 0;
  }

  private void recordRefusal(String job, long now) {
    refusedAt = now;
    if (refusedJobs.size() < MAX_REFUSED_JOBS) {
      refusedJobs.add(job);
    }
  }

  private void pauseFor(long wanted, long now) {
    long allowed = Math.min(MAX_PAUSE_OF_ONE_JOB << (refusedJobs.size() - 1), MAX_PAUSE);
    long end = now + Math.min(wanted, allowed);
    if (end - pausedUntil > 0) {
      pausedUntil = end;
    }
  }

  /**
   * Records that a call was answered and not refused. Only calls that started after the latest
   * refusal count as proof that refusals have ended.
   */
  public void answered(Outcome outcome, long now) {
    long askedAt = askedAt(outcome, now);
    if (askedAt - refusedAt > 0) {
      refusedJobs.clear();
    }
    if (learnedLimit.recordSuccess(askedAt)) {
      forgetLimit();
    }
  }

  /**
   * Returns whether IMS refuses calls at present: a call was refused, and no call that started
   * after the latest refusal has succeeded.
   */
  public boolean refusing() {
    return !refusedJobs.isEmpty();
  }

  private static long askedAt(Outcome outcome, long now) {
    return now - outcome.response().latency().toNanos();
  }

  /** Returns the calls per second granted at present, for metrics and views. */
  public double callsPerSecond() {
    return rateFactor * ceiling();
  }

  /** Returns the calls per second of this instance's share without throttling. */
  public double unthrottledCallsPerSecond() {
    return settings.callsPerSecond() * share;
  }

  /** Returns the number of calls granted and not yet released. */
  public int inFlight() {
    return inFlight;
  }

  /** Returns whether all calls are paused at present because of throttling or a Retry-After. */
  boolean paused(long now) {
    return now - pausedUntil < 0;
  }

  /** Returns whether throttling or a Retry-After lowers the number of granted calls at present. */
  public boolean reduced(long now) {
    refill(now);
    return paused(now) || callsPerSecond() < unthrottledCallsPerSecond();
  }

  // With a named limit, the pause may grow to its window, the longest wait that can be needed. The
  // first pause is at most 1 min.
  private static long throttlePause(RateLimit limit, int timesInARow) {
    long first = FIRST_PAUSE;
    long longest = MAX_DEFAULT_PAUSE;
    if (limit != null) {
      longest = limit.window().toNanos();
      first = Math.min(longest, MAX_DEFAULT_PAUSE);
    }
    double doubled = Math.scalb((double) first, Math.min(timesInARow - 1, 30));
    return doubled < longest ? (long) doubled : longest;
  }

  private void refill(long now) {
    RateLimit adopted = learnedLimit.adopted();
    if (adopted != null
        && now - lastThrottledAt > Math.max(MIN_LIMIT_DURATION, 2 * adopted.window().toNanos())) {
      forgetLimit();
    }
    long from = refilledAt - pausedUntil < 0 ? pausedUntil : refilledAt;
    long elapsed = now - from;
    if (elapsed <= 0) {
      return;
    }
    double before = callsPerSecond();
    rateFactor = Math.min(1, rateFactor + elapsed / RECOVERY_NANOS);
    double mean = (before + callsPerSecond()) / 2;
    tokens = Math.min(burst(), tokens + mean * elapsed / NANOS);
    refilledAt = now;
  }

  private void forgetLimit() {
    double rate = callsPerSecond();
    learnedLimit.forget();
    slowTo(rate);
  }

  private void slowTo(double rate) {
    if (ceiling() > 0) {
      rateFactor = Math.min(1, rate / ceiling());
    }
  }

  private long nanosUntilToken(long now) {
    if (share == 0) {
      return Long.MAX_VALUE;
    }
    long pause = Math.max(0, pausedUntil - now);
    double missing = 1 - tokens;
    double fill = Math.ceil(missing / callsPerSecond() * NANOS);
    return missing <= 0 ? pause : pause + (long) Math.min(fill, LONGEST_WAIT);
  }

  private double ceiling() {
    RateLimit adopted = learnedLimit.adopted();
    if (adopted == null) {
      return unthrottledCallsPerSecond();
    }
    // A full bucket plus the refill of one window stay within the named limit.
    double allowed = Math.max(adopted.calls() * share + 1 - burst(), adopted.calls() * share / 2);
    double limited = Math.max(MARGIN * allowed / (adopted.window().toNanos() / NANOS), PROBE_RATE);
    return Math.min(unthrottledCallsPerSecond(), limited);
  }

  private double burst() {
    RateLimit adopted = learnedLimit.adopted();
    double burst = settings.burst() * share;
    return Math.max(1, adopted == null ? burst : Math.min(burst, adopted.calls() * share / 10));
  }

  private int concurrency() {
    return (int) Math.max(1, Math.round(settings.concurrency() * share));
  }

  private static long nanos(Duration duration) {
    return duration.toDays() > 3650 ? Duration.ofDays(3650).toNanos() : duration.toNanos();
  }
}
