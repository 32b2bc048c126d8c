package dev.imsbridge.ims;

/**
 * The rate limit that throttling answers name. One answer may be wrong, so a limit is adopted when
 * a second job names it too. Calls that succeed beyond it disprove it. Owned by one thread.
 */
final class LearnedLimit {
  /** The limit named last, and the job whose answer named it. */
  private RateLimit named;

  private String namedFor;
  private RateLimit adopted;

  /** The successful calls since {@code countedFrom}, which is less than one window ago. */
  private long countedFrom;

  private int counted;

  /** The limit that two jobs named; null if there is none. */
  RateLimit adopted() {
    return adopted;
  }

  /** Records that the answer for a job named a limit. */
  void named(String job, RateLimit limit, long now) {
    if (!limit.equals(named)) {
      named = limit;
      namedFor = job;
    } else if (!job.equals(namedFor) && !limit.equals(adopted)) {
      adopted = limit;
      countedFrom = now;
      counted = 0;
    }
  }

  /**
   * Records a call that succeeded.
   *
   * @param askedAt when the call started
   * @return whether more calls succeeded in a window than the adopted limit allows
   */
  boolean disprovedBy(long askedAt) {
    if (adopted == null || askedAt - countedFrom <= 0) {
      return false;
    }
    if (askedAt - countedFrom > adopted.window().toNanos()) {
      countedFrom = askedAt;
      counted = 0;
    }
    counted++;
    return counted > adopted.calls();
  }

  void forget() {
    adopted = null;
    named = null;
  }
}
