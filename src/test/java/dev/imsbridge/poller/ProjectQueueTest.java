package dev.imsbridge.poller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.Backoff;
import dev.imsbridge.ims.Budget;
import dev.imsbridge.ims.CircuitBreaker;
import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.Project;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProjectQueueTest {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), new Random(42));

  private final Project project = VirtualIms.project(10, 10, 10);
  private final CircuitBreaker endpoint = new CircuitBreaker(1, BACKOFF);
  private final ProjectGate gate =
      new ProjectGate(
          new Budget(project.budget(), 0),
          endpoint,
          new CircuitBreaker(1, BACKOFF),
          new CircuitBreaker(1, BACKOFF));
  private final ProjectQueue queue = new ProjectQueue(VirtualIms.REF, project, gate, 0);

  /**
   * Otherwise one project without credentials would make the others call an endpoint that is down.
   */
  @Test
  void shouldNotTakeMissingCredentialsForAnAnswerOfTheEndpoint() {
    endpoint.failed(0);
    pass(Duration.ofMinutes(2).toNanos());
    queue.ended("job", auth(0), null, Duration.ofMinutes(2).toNanos());
    assertThat(gate.endpointDown()).isTrue();
    assertThat(gate.credentialsRefused()).isTrue();
  }

  @Test
  void shouldTakeARefusalForAnAnswerOfTheEndpoint() {
    endpoint.failed(0);
    pass(Duration.ofMinutes(2).toNanos());
    queue.ended("job", auth(401), null, Duration.ofMinutes(2).toNanos());
    assertThat(gate.endpointDown()).isFalse();
    assertThat(gate.credentialsRefused()).isTrue();
  }

  @Test
  void shouldHoldTheCredentialsForGoodUntilAWatchIsRefusedThatWasNot() {
    pass(0);
    queue.ended("job", auth(403), FaultKind.AUTH, 0);
    assertThat(gate.credentialsRefused()).isFalse();
    pass(0);
    queue.ended("job", auth(403), FaultKind.TRANSIENT, 0);
    assertThat(gate.credentialsRefused()).isTrue();
    long opened = Duration.ofMinutes(2).toNanos();
    pass(opened);
    queue.ended("job", auth(403), FaultKind.AUTH, opened);
    assertThat(gate.tryPass(opened)).as("a probe counts, whoever it is").isPositive();
  }

  /**
   * The repeated fault of one job counts for that job only. Other jobs are answered, so the project
   * is not the cause.
   */
  @Test
  void shouldNotLowerTheRateForAJobThatAloneIsRefusedAgainAndAgain() {
    pass(0);
    queue.ended("bad", throttled(), null, 0);
    long later = Duration.ofMinutes(5).toNanos();
    pass(later);
    queue.ended("good", answered(), null, later);
    pass(later);
    queue.ended("bad", throttled(), FaultKind.THROTTLED, later);
    assertThat(queue.view(VirtualIms.START, later).throttled()).isFalse();
    pass(later);
    queue.ended("other", throttled(), null, later);
    assertThat(queue.view(VirtualIms.START, later).throttled())
        .as("a job that was not refused before")
        .isTrue();
  }

  private void pass(long now) {
    assertThat(gate.tryPass(now)).isZero();
  }

  private static Outcome throttled() {
    return VirtualIms.throttled(null, Duration.ofHours(1));
  }

  private static Outcome answered() {
    return new Outcome.NotFound(new Outcome.Response(404, null, Duration.ZERO), "answered");
  }

  private static Outcome auth(int status) {
    return Outcome.Fault.of(
        FaultKind.AUTH, "no credentials", new Outcome.Response(status, null, Duration.ZERO));
  }
}
