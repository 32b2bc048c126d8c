package dev.imsbridge.poller;

import dev.imsbridge.ims.Budget;
import dev.imsbridge.ims.CircuitBreaker;
import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;

/**
 * Decides when a GET of a project may start: within the project's budget, and only one probe at a
 * time while the endpoint is down, the credentials are refused or Kafka accepts no observations.
 * Owned by the loop's thread.
 */
final class ProjectGate {
  private final Budget budget;
  private final CircuitBreaker endpoint;
  private final CircuitBreaker credentials;
  private final CircuitBreaker kafka;

  /**
   * @param endpoint shared by the projects of one endpoint
   * @param credentials opens at the first refusal
   * @param kafka shared by all projects; the engine records its successes and failures
   */
  ProjectGate(
      Budget budget, CircuitBreaker endpoint, CircuitBreaker credentials, CircuitBreaker kafka) {
    this.budget = budget;
    this.endpoint = endpoint;
    this.credentials = credentials;
    this.kafka = kafka;
  }

  Budget budget() {
    return budget;
  }

  /**
   * Requests permission for one GET. Each permitted GET must be {@link #ended}.
   *
   * @return 0 if the GET may start now, otherwise the nanoseconds to wait; {@link Long#MAX_VALUE}
   *     if only the end of another GET allows the next one
   */
  long tryPass(long now) {
    long wait =
        Math.max(
            Math.max(budget.nanosUntilNext(now), kafka.nanosUntilNext(now)),
            Math.max(endpoint.nanosUntilNext(now), credentials.nanosUntilNext(now)));
    if (wait > 0) {
      return wait;
    }
    boolean passed =
        budget.tryAcquire(now)
            && endpoint.tryPass(now)
            && credentials.tryPass(now)
            && kafka.tryPass(now);
    if (!passed) {
      throw new IllegalStateException("a GET was not permitted although no wait was left");
    }
    return 0;
  }

  /**
   * Records the end of a GET.
   *
   * @param job the requested job
   * @param before the fault of this watch's previous GET; null if it had none. The same fault
   *     again, while other jobs are answered, is attributed to the job and not to the budget, the
   *     endpoint or the credentials
   */
  void ended(String job, Outcome outcome, FaultKind before, long now) {
    budget.released();
    Outcome.Fault fault = outcome instanceof Outcome.Fault failed ? failed : null;
    FaultKind kind = fault == null ? null : fault.kind();
    boolean changed = before != kind;
    if (kind == FaultKind.TRANSIENT) {
      if (endpointDown() || changed) {
        endpoint.failed(now);
      }
      if (fault.retryAfter() != null && (budget.refusing() || changed)) {
        budget.pause(job, fault.retryAfter(), now);
      }
      return;
    }
    if (outcome.response().status() != 0) {
      // Failure to obtain credentials is not an answer of this endpoint.
      endpoint.succeeded();
    }
    if (kind == FaultKind.AUTH) {
      if (credentialsRefused() || changed) {
        credentials.failed(now);
      }
    } else if (kind == FaultKind.THROTTLED) {
      if (budget.refusing() || changed) {
        budget.throttled(job, fault, now);
      }
    } else {
      credentials.succeeded();
      budget.answered(outcome, now);
    }
  }

  boolean credentialsRefused() {
    return credentials.state() != CircuitBreaker.State.CLOSED;
  }

  boolean endpointDown() {
    return endpoint.state() != CircuitBreaker.State.CLOSED;
  }
}
