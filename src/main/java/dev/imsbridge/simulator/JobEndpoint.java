package dev.imsbridge.simulator;

import dev.imsbridge.job.JobId;
import java.util.Optional;

/**
 * Answers GETs of jobs: checks the authentication, then selects a fault, then writes the answer. A
 * GET that fails authentication or names an unknown job starts no job; a GET that meets a fault
 * does. Thread-safe.
 */
final class JobEndpoint {
  private final JobRegistry registry;
  private final AnswerWriter answers;
  private final RequestAuthenticator authenticator;
  private final FaultSelector faults;
  private final FaultResponder responder;
  private final SimulatorOptions options;
  private final AnswerListener answered;

  JobEndpoint(
      JobRegistry registry,
      AnswerWriter answers,
      RequestAuthenticator authenticator,
      FaultSelector faults,
      FaultResponder responder,
      SimulatorOptions options,
      AnswerListener answered) {
    this.registry = registry;
    this.answers = answers;
    this.authenticator = authenticator;
    this.faults = faults;
    this.responder = responder;
    this.options = options;
    this.answered = answered;
  }

  /**
   * Answers one GET.
   *
   * @param cloudImages whether the request used the newer path
   */
  void get(SimulatorExchange exchange, String jobId, boolean cloudImages) {
    Optional<SimulatorResponse> refusal = authenticator.reject(exchange);
    if (refusal.isPresent()) {
      exchange.send(refusal.get());
      return;
    }
    if (!JobId.valid(jobId)) {
      exchange.send(SimulatorResponse.ims(400, "IMG.0001", "The job id is invalid."));
      return;
    }
    if (options.unknown().contains(jobId) && !registry.knows(jobId)) {
      exchange.send(SimulatorResponse.noSuchJob());
      return;
    }
    SimulatedJob job = registry.getOrStart(jobId);
    long now = options.clock().millis();
    int ordinal = job.countGet(now);
    Optional<InjectedFault> fault = faults.ofJob(job, ordinal, now);
    responder.respond(exchange, fault, () -> answer(job, cloudImages, fault));
  }

  private SimulatorResponse answer(
      SimulatedJob job, boolean cloudImages, Optional<InjectedFault> fault) {
    // Reads the clock again, because a slow fault creates the answer later.
    long elapsed = Math.max(0, options.clock().millis() - job.rootStart());
    if (!job.plan().startedAt(elapsed)) {
      return SimulatorResponse.noSuchJob();
    }
    FaultType type = fault.map(InjectedFault::type).orElse(null);
    byte[] body = answers.write(job.plan(), job.rootStart(), elapsed, cloudImages, type);
    answered.answered(job.plan().jobId(), body, type);
    return SimulatorResponse.json(200, body);
  }
}
