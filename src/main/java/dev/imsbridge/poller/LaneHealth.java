package dev.imsbridge.poller;

import dev.imsbridge.ims.Outcome;
import java.time.Duration;
import java.time.Instant;

/**
 * Detects outages of a project: whether all its GETs fail at present, since when, and why. A few
 * failures are not an outage. An outage begins after at least 3 consecutive failures, once they
 * have lasted 5 s or the endpoint counts as down. It ends with the first GET that is answered.
 * Owned by the loop's thread.
 */
final class LaneHealth {
  private static final int SEVERAL = 3;
  private static final Duration SECONDS = Duration.ofSeconds(5);

  /** The effect of the end of a GET on the project's health. */
  enum Change {
    NONE,
    DEGRADED,
    RECOVERED
  }

  private int failures;
  private long since;
  private Outcome.Fault latest;
  private boolean outage;

  /** The outage that ended last. Valid after {@link Change#RECOVERED}. */
  private PollerView.Outage ended;

  /**
   * Records the end of a GET.
   *
   * @param down whether the endpoint counts as down
   * @param at the wall-clock time of {@code now}
   */
  Change left(Outcome outcome, boolean down, Instant at, long now) {
    if (!(outcome instanceof Outcome.Fault fault)) {
      boolean recovered = outage;
      ended = outage(at, now);
      failures = 0;
      outage = false;
      latest = null;
      return recovered ? Change.RECOVERED : Change.NONE;
    }
    if (failures == 0) {
      since = now;
    }
    failures++;
    latest = fault;
    boolean lasting = failures >= SEVERAL && (down || now - since >= SECONDS.toNanos());
    if (outage || !lasting) {
      return Change.NONE;
    }
    outage = true;
    return Change.DEGRADED;
  }

  /** The current outage, or null. */
  PollerView.Outage outage(Instant at, long now) {
    return outage
        ? new PollerView.Outage(
            at.minusNanos(now - since), failures, latest.kind().word(), latest.detail())
        : null;
  }

  PollerView.Outage ended() {
    return ended;
  }
}
