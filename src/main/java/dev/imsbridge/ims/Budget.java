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
 * then climbs back to its ceiling: the configured rate or, for at least an hour, a limit that an
 * answer named.
 *
 * <p>An answer about one job may be wrong, so its effect is bounded. The refusals of one job pause
 * the project for at most 1 minute. Each further job that is refused before a call succeeds doubles
 * that bound, up to 1 hour. A limit is adopted when a second job names it too. It is dropped when
 * more calls succeed in a window than the limit allows. An adopted limit always leaves room for the
 * probes that can disprove it.
 *
 * <p>Times are {@link System#nanoTime} values passed in by the caller, so results depend only on
 * the sequence of calls. Not thread-safe: one thread owns an instance.
 */
public final class Budget {
  /** Calls stay this far below a named limit because clocks and networks are not exact. */
  private static final double MARGIN = 0.95;

  private static final double RECOVERY_NANOS = Duration.ofMinutes(2).toNanos();
  private static final long FIRST_PAUSE = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofMinutes(1).toNanos();
  private static final long LONGEST_OBEYED = Duration.ofHours(1).toNanos();
  private static final long PATIENCE_OF_ONE = Duration.ofMinutes(1).toNanos();
  private static final int MOST_WITNESSES = 8;
  private static final long LEARNED_FOR = Duration.ofHours(1).toNanos();
  private static final double LOWEST_RATE = 1.0 / 60;
  private static final double PROBE_RATE = 1.0 / 900;
  private static final double LONGEST_WAIT = Duration.ofDays(3650).toNanos();
  private static final double NANOS = 1e9;

  private final BudgetSettings settings;
  private final LearnedLimit limits = new LearnedLimit();
  private double share = 1;

  /** The granted part of the ceiling: 1, or less after throttling. */
  private double level = 1;

  private double tokens;
  private long refilledAt;
  private int underWay;

  private long pausedUntil;
  private long lastThrottledAt;
  private int throttlesInARow;

  /** The time of the latest refusal, and the jobs refused since the last success. */
  private long refusedAt;

  private final Set<String> refused = new HashSet<>();

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
  public void share(double fraction, long now) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("a share is 0 to 1, not " + fraction);
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
    underWay++;
    return true;
  }

  /** Records that a granted call has ended, successfully or not. */
  public void released() {
    if (underWay == 0) {
      throw new IllegalStateException("more calls released than granted");
    }
    underWay--;
  }

  /**
   * Returns the wait until the next attempt makes sense.
   *
   * @return nanoseconds; 0 for now; {@link Long#MAX_VALUE} if only the end of a call, or a share
   *     above 0, allows the next call
   */
  public long nanosUntilNext(long now) {
    refill(now);
    return underWay >= concurrency() ? Long.MAX_VALUE : nanosUntilToken(now);
  }

  /**
   * Records that a call was throttled. Answers to calls that started before the last counted
   * throttling do not lower the rate again.
   *
   * @param job the job that was requested
   */
  public void throttled(String job, Outcome.Fault fault, long now) {
    refill(now);
    refused(job, now);
    boolean known = askedAt(fault, now) - lastThrottledAt <= 0;
    double rate = callsPerSecond();
    if (fault.rateLimit() != null) {
      limits.named(job, fault.rateLimit(), now);
    }
    if (!known) {
      throttlesInARow = now - lastThrottledAt > RECOVERY_NANOS ? 1 : throttlesInARow + 1;
      lastThrottledAt = now;
      rate = Math.max(rate / 2, LOWEST_RATE * share);
    }
    slowTo(rate);
    if (fault.retryAfter() != null) {
      pauseFor(nanos(fault.retryAfter()), now);
    } else if (!known) {
      pauseFor(patience(fault.rateLimit(), throttlesInARow), now);
    }
    tokens = 0;
  }

  /**
   * Pauses all calls for the time that an answer of any kind requested, within the bounds above.
   */
  public void pause(String job, Duration retryAfter, long now) {
    refill(now);
    refused(job, now);
    pauseFor(nanos(retryAfter), now);
    tokens = 0;
  }

  private void refused(String job, long now) {
    refusedAt = now;
    if (refused.size() < MOST_WITNESSES) {
      refused.add(job);
    }
  }

  private void pauseFor(long wanted, long now) {
    long allowed = Math.min(PATIENCE_OF_ONE << (refused.size() - 1), LONGEST_OBEYED);
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
      refused.clear();
    }
    if (limits.disprovedBy(askedAt)) {
      forgetLimit();
    }
  }

  /**
   * Returns whether calls are refused at present: none has succeeded since the latest throttling or
   * Retry-After.
   */
  public boolean refused() {
    return !refused.isEmpty();
  }

  private static long askedAt(Outcome outcome, long now) {
    return now - outcome.response().latency().toNanos();
  }

  /** The calls per second granted at present, for metrics and views. */
  public double callsPerSecond() {
    return level * ceiling();
  }

  /** The calls per second of this instance's share without throttling. */
  public double unthrottledCallsPerSecond() {
    return settings.callsPerSecond() * share;
  }

  /** Calls granted and not yet released. */
  public int underWay() {
    return underWay;
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

  // The named window is the longest wait that can be needed. The first pause is still at most 1
  // minute.
  private static long patience(RateLimit limit, int timesInARow) {
    long first = FIRST_PAUSE;
    long longest = LONGEST_PAUSE;
    if (limit != null) {
      longest = limit.window().toNanos();
      first = Math.min(longest, LONGEST_PAUSE);
    }
    double doubled = Math.scalb((double) first, Math.min(timesInARow - 1, 30));
    return doubled < longest ? (long) doubled : longest;
  }

  private void refill(long now) {
    RateLimit learned = limits.adopted();
    if (learned != null
        && now - lastThrottledAt > Math.max(LEARNED_FOR, 2 * learned.window().toNanos())) {
      forgetLimit();
    }
    long from = refilledAt - pausedUntil < 0 ? pausedUntil : refilledAt;
    long elapsed = now - from;
    if (elapsed <= 0) {
      return;
    }
    double before = callsPerSecond();
    level = Math.min(1, level + elapsed / RECOVERY_NANOS);
    double mean = (before + callsPerSecond()) / 2;
    tokens = Math.min(burst(), tokens + mean * elapsed / NANOS);
    refilledAt = now;
  }

  private void forgetLimit() {
    double rate = callsPerSecond();
    limits.forget();
    slowTo(rate);
  }

  private void slowTo(double rate) {
    if (ceiling() > 0) {
      level = Math.min(1, rate / ceiling());
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
    RateLimit learned = limits.adopted();
    if (learned == null) {
      return unthrottledCallsPerSecond();
    }
    // A full bucket plus the refill of one window stay within the named limit.
    double allowed = Math.max(learned.calls() * share + 1 - burst(), learned.calls() * share / 2);
    double limited = Math.max(MARGIN * allowed / (learned.window().toNanos() / NANOS), PROBE_RATE);
    return Math.min(unthrottledCallsPerSecond(), limited);
  }

  private double burst() {
    RateLimit learned = limits.adopted();
    double burst = settings.burst() * share;
    return Math.max(1, learned == null ? burst : Math.min(burst, learned.calls() * share / 10));
  }

  private int concurrency() {
    return (int) Math.max(1, Math.round(settings.concurrency() * share));
  }

  private static long nanos(Duration duration) {
    return duration.toDays() > 3650 ? Duration.ofDays(3650).toNanos() : duration.toNanos();
  }
}
