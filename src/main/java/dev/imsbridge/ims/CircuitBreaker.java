package dev.imsbridge.ims;

/**
 * Stops calls to an endpoint that is down. After a number of consecutive failures the breaker opens
 * and lets no call pass for a while. Then it lets one probe pass. If the probe succeeds, the
 * breaker closes; if it fails, the breaker opens again for longer.
 *
 * <p>Only {@link FaultKind#TRANSIENT} counts as failure. Every other outcome shows that the
 * endpoint answers. A probe that never reports is replaced after the same wait.
 *
 * <p>Times are {@link System#nanoTime} values passed in by the caller. Not thread-safe: one thread
 * owns an instance.
 */
public final class CircuitBreaker {

  /** The calls that a breaker lets pass: all, none, or one probe. */
  public enum State {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  private final int threshold;
  private final Backoff backoff;
  private State state = State.CLOSED;
  private int failures;
  private int consecutiveOpenings;
  private long waitNanos;

  /** When a probe may pass, unless the breaker is closed. */
  private long retryAt;

  /**
   * @param threshold consecutive failures that open the breaker
   * @param backoff how long it stays open, by the number of consecutive consecutiveOpenings
   */
  public CircuitBreaker(int threshold, Backoff backoff) {
    if (threshold < 1) {
      throw new IllegalArgumentException("the threshold must be at least 1 failure: " + threshold);
    }
    this.threshold = threshold;
    this.backoff = backoff;
  }

  /**
   * Requests permission for one call. The caller must report its end with {@link #succeeded} or
   * {@link #failed}.
   */
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
   * Returns the wait until a call may pass.
   *
   * @return nanoseconds; 0 for now
   */
  public long nanosUntilNext(long now) {
    return state == State.CLOSED ? 0 : Math.max(0, retryAt - now);
  }

  /**
   * Records that a call was answered. Ignored while the breaker is open, because such a call
   * started before the endpoint went down.
   */
  public void succeeded() {
    if (state == State.OPEN) {
      return;
    }
    state = State.CLOSED;
    failures = 0;
    consecutiveOpenings = 0;
  }

  /** Records that a call failed. */
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
    consecutiveOpenings++;
    // Wait at least half of the backoff. With full jitter alone the wait may be close to zero.
    waitNanos =
        (backoff.ceiling(consecutiveOpenings).toNanos()
                + backoff.delayAfter(consecutiveOpenings).toNanos())
            / 2;
    retryAt = now + waitNanos;
  }
}
