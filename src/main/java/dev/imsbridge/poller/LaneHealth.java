package dev.imsbridge.poller;

import dev.imsbridge.ims.Outcome;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether all GETs of a project fail at present, since when, and why. A few failures are no outage:
 * it begins when several GETs in a row have failed within some seconds, or when only probes are
 * sent, and ends with the first GET that is answered. Owned by the loop's thread.
 */
final class LaneHealth {
  private static final int SEVERAL = 3;
  private static final Duration SECONDS = Duration.ofSeconds(5);

  /** The meaning of the end of a GET for the project. */
  enum Change {
    NONE,
    DEGRADED,
    RECOVERED
  }

  private int failures;
  private long since;
  private Outcome.Fault latest;
  private boolean outage;

  /** The outage that ended last; meaningful after {@link Change#RECOVERED}. */
  private PollerView.Outage ended;

  /**
   * A GET has ended.
   *
   * @param down whether the endpoint counts as down
   * @param at the time of {@code now} as others tell it
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

  /** The present outage, or null. */
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
