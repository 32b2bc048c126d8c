package dev.imsbridge.simulator;

import dev.imsbridge.job.JobId;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Answers GETs of jobs: first who may ask, then what goes wrong, then what is true. A GET that is
 * refused does not start a job; one that meets a fault does. Thread-safe.
 */
final class JobEndpoint {
  private final JobBook book;
  private final AnswerWriter answers;
  private final Gatekeeper gatekeeper;
  private final FaultBoard faults;
  private final FaultResponder responder;
  private final Counters counters;
  private final InstantSource clock;

  JobEndpoint(
      JobBook book,
      AnswerWriter answers,
      Gatekeeper gatekeeper,
      FaultBoard faults,
      FaultResponder responder,
      Counters counters,
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
  void get(Exchange exchange, String jobId, boolean cloudImages) {
    Optional<GatewayAnswer> refusal = gatekeeper.refusal(exchange.request(), exchange.requestId());
    if (refusal.isPresent()) {
      counters.countRefused();
      exchange.send(refusal.get());
      return;
    }
    if (!JobId.valid(jobId)) {
      exchange.send(GatewayAnswer.ims(400, "IMG.0001", "The job id is invalid."));
      return;
    }
    JobEntry job = book.visit(jobId);
    long now = clock.millis();
    int ordinal = job.countGet(now);
    Optional<InjectedFault> fault = faults.ofJob(job, ordinal, now);
    if (fault.isEmpty()) {
      exchange.send(answer(job, now, cloudImages, Twist.NONE));
      return;
    }
    counters.count(fault.get().type());
    // Asked again when the answer is made, which for a slow one is later.
    responder.respond(
        exchange,
        fault.get(),
        () -> answer(job, clock.millis(), cloudImages, fault.get().type().twist()));
  }

  private GatewayAnswer answer(JobEntry job, long now, boolean cloudImages, Twist twist) {
    long elapsed = Math.max(0, now - job.rootStart());
    if (!job.plan().startedAt(elapsed)) {
      return GatewayAnswer.noSuchJob();
    }
    byte[] body = answers.write(job.plan(), job.rootStart(), elapsed, cloudImages, twist);
    return GatewayAnswer.json(200, body);
  }
}
