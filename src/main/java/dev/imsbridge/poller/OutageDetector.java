package dev.imsbridge.poller;

import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;
import java.time.Duration;
import java.time.Instant;

/**
 * Detects outages of a project: whether all its GETs fail at present, since when, and why. A few
 * failures are not an outage. An outage begins after at least 3 consecutive failures, once they
 * have lasted 5 s or the endpoint counts as down. It ends with the first GET that returns a job or
 * shows that IMS does not know it. Owned by the loop's thread.
 */
final class OutageDetector {
  private static final int SEVERAL = 3;
  private static final Duration LASTING = Duration.ofSeconds(5);

  /** While GETs are held back, probes follow each other at shorter intervals than this. */
  private static final Duration BETWEEN_PROBES = Duration.ofMinutes(3);

  private int failures;
  private long since;
  private Outcome.Fault latest;
  private boolean outage;

  /** The latest GET, and since when such GETs fail for reasons other than their jobs. */
  private long endedAt;

  private boolean heldBack;
  private long heldBackSince;

  /**
   * Records the end of a GET.
   *
   * @param endpointDown whether the endpoint counts as down
   */
  void ended(Outcome outcome, boolean endpointDown, long now) {
    latest = outcome instanceof Outcome.Fault fault ? fault : null;
    if (latest == null) {
      failures = 0;
      outage = false;
    } else {
      since = failures == 0 ? now : since;
      failures++;
      outage |= failures >= SEVERAL && (endpointDown || now - since >= LASTING.toNanos());
    }
    boolean general =
        latest != null
            && latest.kind() != FaultKind.MALFORMED
            && latest.kind() != FaultKind.REJECTED;
    heldBackSince = general && !heldBack ? now : heldBackSince;
    heldBack = general;
    endedAt = now;
  }

  /**
   * Returns whether all GETs in this time, including recent ones, failed for reasons other than
   * their jobs.
   */
  boolean failing(Duration time, long now) {
    return heldBack
        && now - heldBackSince >= time.toNanos()
        && now - endedAt <= BETWEEN_PROBES.toNanos();
  }

  /**
   * Returns the current outage, or null.
   *
   * @param at the wall-clock time of {@code now}
   */
  PollerView.Outage outage(Instant at, long now) {
    return outage
        ? new PollerView.Outage(
            at.minusNanos(now - since), failures, latest.kind().word(), latest.detail())
        : null;
  }
}
