package dev.imsbridge.ims;

/**
 * Learns the rate limit that throttling answers name. One answer may be wrong, so a limit is
 * adopted when a second job names it too. The caller must {@link #forget} it when more calls
 * succeed in a window than it allows. Owned by one thread.
 *
 * <p>Times are {@link System#nanoTime} values passed in by the caller.
 */
final class LearnedLimit {
  /** The limit named last, and the job whose answer named it. */
  private RateLimit named;

  private String namedByJob;

  private RateLimit adopted;

  /** The start of the current counting window. */
  private long windowStart;

  /** The successful calls in that window. */
  private int successes;

  /** Returns the limit that two jobs named; null if there is none. */
  RateLimit adopted() {
    return adopted;
  }

  /** Records that the answer for a job named a limit. */
  void recordNamed(String job, RateLimit limit, long now) {
    if (!limit.equals(named)) {
      named = limit;
      namedByJob = job;
    } else if (!job.equals(namedByJob) && !limit.equals(adopted)) {
      adopted = limit;
      windowStart = now;
      successes = 0;
    }
  }

  /**
   * Records a call that succeeded. Ignores calls that started before the current window.
   *
   * @param askedAt when the call started
   * @return whether more calls succeeded in a window than the adopted limit allows
   */
  boolean recordSuccess(long askedAt) {
    if (adopted == null || askedAt - windowStart <= 0) {
      return false;
    }
    if (askedAt - windowStart > adopted.window().toNanos()) {
      windowStart = askedAt;
      successes = 0;
    }
    successes++;
    return successes > adopted.calls();
  }

  /** Drops the adopted limit. Two jobs must name a limit again before it is adopted. */
  void forget() {
    adopted = null;
    named = null;
  }
}
