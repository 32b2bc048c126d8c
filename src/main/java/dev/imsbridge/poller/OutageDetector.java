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
  private static final int MIN_FAILURES = 3;
  private static final Duration MIN_DURATION = Duration.ofSeconds(5);

  /** While GETs are held back, the intervals between probes are shorter than this. */
  private static final Duration MAX_PROBE_INTERVAL = Duration.ofMinutes(3);

  private int failures;
  private long since;
  private Outcome.Fault latest;
  private boolean outage;

  /** When the latest GET ended. */
  private long endedAt;

  /** Whether the latest GET failed for a reason other than its job, and since when all did. */
  private boolean failing;

  private long failingSince;

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
      outage |= failures >= MIN_FAILURES && (endpointDown || now - since >= MIN_DURATION.toNanos());
    }
    boolean notDueToJob =
        latest != null
            && latest.kind() != FaultKind.MALFORMED
            && latest.kind() != FaultKind.REJECTED;
    failingSince = notDueToJob && !failing ? now : failingSince;
    failing = notDueToJob;
    endedAt = now;
  }

  /**
   * Returns whether all GETs that ended within the last {@code time} failed for reasons other than
   * their jobs, and the latest one ended recently.
   */
  boolean allFailing(Duration time, long now) {
    return failing
        && now - failingSince >= time.toNanos()
        && now - endedAt <= MAX_PROBE_INTERVAL.toNanos();
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
