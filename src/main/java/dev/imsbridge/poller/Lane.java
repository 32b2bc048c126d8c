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
 * The watches of one project, and the three conditions that limit its GETs: the project's budget,
 * refused credentials, and an endpoint that is down. While the lane is closed, only one probe at a
 * time is sent. The watches stay queued and none is lost. Owned by the loop's thread.
 */
final class Lane {
  private static final double NANOS = 1e9;

  /** A closed lane sends probes at intervals shorter than this. */
  private static final Duration BETWEEN_PROBES = Duration.ofMinutes(3);

  private final ProjectRef ref;
  private final Project project;
  private final DueQueue queue = new DueQueue();
  private final Budget budget;
  private final CircuitBreaker endpoint;
  private final CircuitBreaker credentials;

  /** Whether restored watches have time slots, and the time of the next free slot. */
  private boolean spread;

  private long turns;

  /** Whether the latest GET failed for reasons other than its job, and when such failures began. */
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

  /** Removes the watches of a revoked partition from the queue and frees their time slots. */
  void dropGone() {
    queue.removeIf(element -> !((WatchState) element).live());
    spread = false;
  }

  /**
   * Assigns the next time slot to one of the watches that are restored together.
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

  /**
   * Returns the nanoseconds until a GET may start: 0 for now; {@link Long#MAX_VALUE} if only the
   * end of another GET allows it.
   */
  long nanosUntilOpen(long now) {
    return Math.max(
        budget.nanosUntilNext(now),
        Math.max(endpoint.nanosUntilNext(now), credentials.nanosUntilNext(now)));
  }

  /** Acquires permission for one GET. Call only when {@link #nanosUntilOpen} is 0. */
  void enter(long now) {
    boolean granted = budget.tryAcquire(now) && endpoint.tryPass(now) && credentials.tryPass(now);
    if (!granted) {
      throw new IllegalStateException("a GET was started while the lane was closed");
    }
  }

  /**
   * Records the end of a GET for the budget, the endpoint and the credentials.
   *
   * @param job the requested job
   * @param before the fault of this watch's previous GET; null if it had none. The same fault
   *     again, while other jobs are answered, is attributed to the job and not to the budget, the
   *     endpoint or the credentials
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
      // Failure to obtain credentials is not an answer of this endpoint.
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

  /**
   * Returns whether all GETs in this time, including recent ones, failed for reasons other than
   * their jobs.
   */
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
   * Returns an immutable view for other threads.
   *
   * @param at the wall-clock time of {@code now}
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
