package dev.imsbridge.simulator;

import dev.imsbridge.job.JobId;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Answers GETs of jobs: first who may ask, then what goes wrong, then what is true. A GET that is
 * refused does not start a job; one that meets a fault does. Thread-safe.
 */
final class JobEndpoint {
  private final JobRegistry book;
  private final AnswerWriter answers;
  private final RequestAuthenticator gatekeeper;
  private final FaultSelector faults;
  private final FaultResponder responder;
  private final RequestCounters counters;
  private final InstantSource clock;

  JobEndpoint(
      JobRegistry book,
      AnswerWriter answers,
      RequestAuthenticator gatekeeper,
      FaultSelector faults,
      FaultResponder responder,
      RequestCounters counters,
      InstantSource clock) {
    this.book = book;
    this.answers = answers;
    this.gatekeeper = gatekeeper;
    this.faults = faults;
    this.responder = responder;
    this.counters = counters;
    this.clock = clock;
  }

  /**
   * @param cloudImages whether it came by the newer path
   */
  void get(SimulatorExchange exchange, String jobId, boolean cloudImages) {
    Optional<SimulatorResponse> refusal =
        gatekeeper.refusal(exchange.request(), exchange.requestId());
    if (refusal.isPresent()) {
      counters.countRefused();
      exchange.send(refusal.get());
      return;
    }
    if (!JobId.valid(jobId)) {
      exchange.send(SimulatorResponse.ims(400, "IMG.0001", "The job id is invalid."));
      return;
    }
    SimulatedJob job = book.visit(jobId);
    long now = clock.millis();
    int ordinal = job.countGet(now);
    Optional<InjectedFault> fault = faults.ofJob(job, ordinal, now);
    if (fault.isEmpty()) {
      exchange.send(answer(job, now, cloudImages, BodyFault.NONE));
      return;
    }
    counters.count(fault.get().type());
    // Asked again when the answer is made, which for a slow one is later.
    responder.respond(
        exchange,
        fault.get(),
        () -> answer(job, clock.millis(), cloudImages, fault.get().type().bodyFault()));
  }

  private SimulatorResponse answer(
      SimulatedJob job, long now, boolean cloudImages, BodyFault bodyFault) {
    long elapsed = Math.max(0, now - job.rootStart());
    if (!job.plan().startedAt(elapsed)) {
      return SimulatorResponse.noSuchJob();
    }
    byte[] body = answers.write(job.plan(), job.rootStart(), elapsed, cloudImages, bodyFault);
    return SimulatorResponse.json(200, body);
  }
}
