package dev.imsbridge.poller;

import dev.imsbridge.ims.Budget;
import dev.imsbridge.ims.CircuitBreaker;
import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import java.time.Duration;
import java.time.Instant;

/**
 * One project's watches and what holds their GETs back: the project's budget, its credentials being
 * refused, its endpoint being down. While the lane is closed nothing of it is asked but one probe
 * at a time; its watches wait where they are, and none is lost. Owned by the loop's thread.
 */
final class Lane {
  private static final double NANOS = 1e9;

  /** A closed lane sends a probe in less time than this. */
  private static final Duration BETWEEN_PROBES = Duration.ofMinutes(3);

  private final ProjectRef ref;
  private final Project project;
  private final DueQueue queue = new DueQueue();
  private final Budget budget;
  private final CircuitBreaker endpoint;
  private final CircuitBreaker credentials;

  /** Whether restored watches have turns, and when the next of them has its own. */
  private boolean spread;

  private long turns;

  /** Whether the latest GET failed for no fault of its job, and when such failures began. */
  private boolean failing;

  private long failingSince;
  private long failedAt;

  private final LaneHealth health = new LaneHealth();

  /**
   * @param project null for the lane of all projects that are not configured here
   * @param endpoint shared by the lanes of one endpoint
   * @param credentials opens at the first refusal
   */
  Lane(
      ProjectRef ref,
      Project project,
      Budget budget,
      CircuitBreaker endpoint,
      CircuitBreaker credentials) {
    this.ref = ref;
    this.project = project;
    this.budget = budget;
    this.endpoint = endpoint;
    this.credentials = credentials;
  }

  Project project() {
    return project;
  }

  DueQueue queue() {
    return queue;
  }

  Budget budget() {
    return budget;
  }

  String name() {
    return project == null ? ref.projectId() : project.name();
  }

  /** A partition went away: its watches leave the queue, and their turns are free. */
  void dropGone() {
    queue.removeIf(element -> !((WatchState) element).live());
    spread = false;
  }

  /**
   * The turn of one more watch of those that are restored together.
   *
   * @return nanoseconds from now
   */
  long turn(long now) {
    if (!spread || turns - now < 0) {
      spread = true;
      turns = now;
    }
    long delay = turns - now;
    turns += (long) (NANOS / budget.unthrottledCallsPerSecond());
    return delay;
  }

  /** When a GET may start: 0 for now, {@link Long#MAX_VALUE} when only the end of one will help. */
  long nanosUntilOpen(long now) {
    return Math.max(
        budget.nanosUntilNext(now),
        Math.max(endpoint.nanosUntilNext(now), credentials.nanosUntilNext(now)));
  }

  /** Takes leave for one GET; only to be called when {@link #nanosUntilOpen} is 0. */
  void enter(long now) {
    boolean granted = budget.tryAcquire(now) && endpoint.tryPass(now) && credentials.tryPass(now);
    if (!granted) {
      throw new IllegalStateException("a GET was started while the lane was closed");
    }
  }

  /**
   * A GET has ended: what that says about budget, endpoint and credentials.
   *
   * @param job the job that was asked for
   * @param before how this watch's GET before it failed; null when it did not. The same again,
   *     while others are answered, says something of its job and nothing of budget, endpoint or
   *     credentials
   */
  void left(String job, Outcome outcome, FaultKind before, long now) {
    budget.released();
    FaultKind kind = outcome instanceof Outcome.Fault fault ? fault.kind() : null;
    remember(kind, now);
    if (kind == FaultKind.TRANSIENT) {
      if (endpointDown() || before != kind) {
        endpoint.failed(now);
      }
      Duration retryAfter = ((Outcome.Fault) outcome).retryAfter();
      if (retryAfter != null && (budget.refused() || before != kind)) {
        budget.pause(job, retryAfter, now);
      }
      return;
    }
    if (outcome.httpStatus() != 0) {
      // Credentials that cannot be got are no answer of this endpoint.
      endpoint.succeeded();
    }
    if (kind == FaultKind.AUTH) {
      if (credentialsRefused() || before != kind) {
        credentials.failed(now);
      }
    } else if (kind == FaultKind.THROTTLED) {
      if (budget.refused() || before != kind) {
        budget.throttled(job, (Outcome.Fault) outcome, now);
      }
    } else {
      credentials.succeeded();
      budget.answered(outcome, now);
    }
  }

  private void remember(FaultKind kind, long now) {
    boolean failed =
        kind == FaultKind.TRANSIENT || kind == FaultKind.AUTH || kind == FaultKind.THROTTLED;
    if (failed && !failing) {
      failingSince = now;
    }
    failing = failed;
    failedAt = now;
  }

  /** Whether all GETs of this time failed for no fault of their jobs, up to the latest ones. */
  boolean failing(Duration time, long now) {
    return failing
        && now - failingSince >= time.toNanos()
        && now - failedAt <= BETWEEN_PROBES.toNanos();
  }

  boolean credentialsRefused() {
    return credentials.state() != CircuitBreaker.State.CLOSED;
  }

  boolean endpointDown() {
    return endpoint.state() != CircuitBreaker.State.CLOSED;
  }

  LaneHealth health() {
    return health;
  }

  /**
   * What others may know.
   *
   * @param at the time of {@code now} as others tell it
   */
  PollerView.Project view(Instant at, long now) {
    long overdue = queue.size() == 0 ? 0 : Math.max(0, now - queue.head().due());
    return new PollerView.Project(
        name(),
        ref,
        queue.size(),
        Duration.ofNanos(overdue),
        budget.underWay(),
        budget.callsPerSecond(),
        budget.reduced(now),
        credentialsRefused(),
        endpointDown(),
        health.outage(at, now));
  }
}
