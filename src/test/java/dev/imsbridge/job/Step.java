package dev.imsbridge.job;

import dev.imsbridge.job.Input.Answered;
import dev.imsbridge.job.Input.Cancelled;
import dev.imsbridge.job.Input.Faulted;
import dev.imsbridge.job.Input.GivenUp;
import dev.imsbridge.job.Input.Recovered;
import dev.imsbridge.job.Input.Requested;
import java.time.Instant;

/**
 * One step in the history of the tree of {@link Story#ROOT}, to be made an input of the fold or a
 * record on a topic.
 *
 * @param offset the offset in its topic
 * @param jobId the job that the step is about
 * @param script the answer of IMS; null for other steps
 * @param request the request; null for other steps
 */
public record Step(
    Kind kind,
    long offset,
    Instant at,
    String jobId,
    int generation,
    JobScript script,
    String fault,
    JobRequest request) {

  /** The kinds of steps. */
  public enum Kind {
    REQUEST,
    CANCEL,
    ANSWER,
    FAULT,
    RECOVERY,
    NOT_FOUND,
    EXPIRED
  }

  /** Whether a poller writes it. */
  public boolean observed() {
    return kind != Kind.REQUEST && kind != Kind.CANCEL;
  }

  public Step at(long newOffset) {
    return new Step(kind, newOffset, at, jobId, generation, script, fault, request);
  }

  /** The same step for a watch of another generation. */
  public Step of(int newGeneration) {
    return new Step(kind, offset, at, jobId, newGeneration, script, fault, request);
  }

  public Evidence evidence() {
    return new Evidence(observed() ? "observations" : "requests", 0, offset);
  }

  public Input input() {
    return switch (kind) {
      case REQUEST -> new Requested(evidence(), at, request);
      case CANCEL -> new Cancelled(evidence(), at);
      case ANSWER ->
          new Answered(
              evidence(),
              at,
              jobId,
              generation,
              script.answer(),
              Integer.toHexString(script.json().hashCode()));
      case FAULT -> new Faulted(evidence(), at, jobId, generation, fault, "HTTP 502");
      case RECOVERY -> new Recovered(evidence(), at, jobId, generation);
      case NOT_FOUND ->
          new GivenUp(evidence(), at, jobId, generation, LostReason.NOT_FOUND, "gone");
      case EXPIRED -> new GivenUp(evidence(), at, jobId, generation, LostReason.EXPIRED, "late");
    };
  }
}
