package dev.imsbridge.ims;

/**
 * Spares an endpoint that is down: after some failures in a row no call passes for a while, then a
 * single probe, whose end decides whether all may pass again or none for longer.
 *
 * <p>Only {@link FaultKind#TRANSIENT} counts as failure; every other outcome shows that the
 * endpoint answers. A probe that never reports is replaced after as long a wait.
 *
 * <p>Times are {@link System#nanoTime} values given by the caller. Not thread-safe: one thread owns
 * it.
 */
public final class CircuitBreaker {

  /** What a breaker lets pass: everything, nothing, or one probe. */
  public enum State {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  private final int threshold;
  private final Backoff backoff;
  private State state = State.CLOSED;
  private int failures;
  private int openings;
  private long waitNanos;
  private long retryAt;

  /**
   * @param threshold failures in a row that open it
   * @param backoff how long it stays open, by how often in a row it opened
   */
  public CircuitBreaker(int threshold, Backoff backoff) {
    if (threshold < 1) {
      throw new IllegalArgumentException("a breaker opens after at least 1 failure");
    }
    this.threshold = threshold;
    this.backoff = backoff;
  }

  /** Takes leave for one call; its end has to be told. */
  public boolean tryPass(long now) {
    if (state == State.CLOSED) {
      return true;
    }
    if (retryAt - now > 0) {
      return false;
    }
    state = State.HALF_OPEN;
    retryAt = now + waitNanos;
    return true;
  }

  /**
   * When a call may pass.
   *
   * @return 0 for now
   */
  public long nanosUntilNext(long now) {
    return state == State.CLOSED ? 0 : Math.max(0, retryAt - now);
  }

  /** A call was answered. One that began before the endpoint went down proves nothing. */
  public void succeeded() {
    if (state == State.OPEN) {
      return;
    }
    state = State.CLOSED;
    failures = 0;
    openings = 0;
  }

  /** A call failed. */
  public void failed(long now) {
    switch (state) {
      case CLOSED -> {
        failures++;
        if (failures >= threshold) {
          open(now);
        }
      }
      case HALF_OPEN -> open(now);
      case OPEN -> {}
    }
  }

  public State state() {
    return state;
  }

  private void open(long now) {
    state = State.OPEN;
    openings++;
    // At least half of the backoff, lest a breaker that jitters to nothing spares nobody.
    waitNanos = (backoff.ceiling(openings).toNanos() + backoff.after(openings).toNanos()) / 2;
    retryAt = now + waitNanos;
  }
}
