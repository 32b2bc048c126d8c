package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.Step;
import dev.imsbridge.job.Story;
import dev.imsbridge.job.Watch;
import dev.imsbridge.wire.Observation.Kind;
import java.time.Duration;

/** The observation that a poller writes for a step of a random history. */
public final class StepObservation {
  private StepObservation() {}

  public static Observation of(Step step) {
    Watch watch =
        new Watch(
            step.jobId(),
            Story.ROOT,
            Story.PROJECT,
            null,
            step.generation(),
            Story.BEGIN,
            Story.BEGIN);
    String fault = step.kind() == Step.Kind.RECOVERY ? "none" : step.fault();
    return new Observation(
        watch,
        switch (step.kind()) {
          case ANSWER -> Kind.ANSWER;
          case FAULT, RECOVERY -> Kind.FAULT;
          case NOT_FOUND -> Kind.NOT_FOUND;
          default -> Kind.EXPIRED;
        },
        step.at(),
        1,
        200,
        null,
        Duration.ofMillis(5),
        fault,
        fault == null ? null : "HTTP 502",
        step.script() == null ? null : step.script().json().getBytes(UTF_8));
  }
}
