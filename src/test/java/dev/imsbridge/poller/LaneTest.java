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

class LaneTest {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), new Random(42));

  private final Project project = VirtualIms.project(10, 10, 10);
  private final CircuitBreaker endpoint = new CircuitBreaker(1, BACKOFF);
  private final Lane lane =
      new Lane(
          VirtualIms.REF,
          project,
          new Budget(project.budget(), 0),
          endpoint,
          new CircuitBreaker(1, BACKOFF));

  /**
   * Otherwise one project without credentials would make the others call an endpoint that is down.
   */
  @Test
  void shouldNotTakeMissingCredentialsForAnAnswerOfTheEndpoint() {
    endpoint.failed(0);
    lane.enter(Duration.ofMinutes(2).toNanos());
    lane.left("job", auth(0), null, Duration.ofMinutes(2).toNanos());
    assertThat(lane.endpointDown()).isTrue();
    assertThat(lane.credentialsRefused()).isTrue();
  }

  @Test
  void shouldTakeARefusalForAnAnswerOfTheEndpoint() {
    endpoint.failed(0);
    lane.enter(Duration.ofMinutes(2).toNanos());
    lane.left("job", auth(401), null, Duration.ofMinutes(2).toNanos());
    assertThat(lane.endpointDown()).isFalse();
    assertThat(lane.credentialsRefused()).isTrue();
  }

  @Test
  void shouldHoldTheCredentialsForGoodUntilAWatchIsRefusedThatWasNot() {
    lane.enter(0);
    lane.left("job", auth(403), FaultKind.AUTH, 0);
    assertThat(lane.credentialsRefused()).isFalse();
    lane.enter(0);
    lane.left("job", auth(403), FaultKind.TRANSIENT, 0);
    assertThat(lane.credentialsRefused()).isTrue();
    long opened = Duration.ofMinutes(2).toNanos();
    lane.enter(opened);
    lane.left("job", auth(403), FaultKind.AUTH, opened);
    assertThat(lane.nanosUntilOpen(opened)).as("a probe counts, whoever it is").isPositive();
  }

  /**
   * The repeated fault of one job counts for that job only. Other jobs are answered, so the project
   * is not the cause.
   */
  @Test
  void shouldNotLowerTheRateForAJobThatAloneIsRefusedAgainAndAgain() {
    lane.enter(0);
    lane.left("bad", throttled(), null, 0);
    long later = Duration.ofMinutes(5).toNanos();
    lane.enter(later);
    lane.left("good", answered(), null, later);
    lane.enter(later);
    lane.left("bad", throttled(), FaultKind.THROTTLED, later);
    assertThat(lane.view(VirtualIms.START, later).throttled()).isFalse();
    lane.enter(later);
    lane.left("other", throttled(), null, later);
    assertThat(lane.view(VirtualIms.START, later).throttled())
        .as("a job that was not refused before")
        .isTrue();
  }

  private static Outcome throttled() {
    return VirtualIms.throttled(null, Duration.ofHours(1));
  }

  private static Outcome answered() {
    return new Outcome.NotFound(404, null, Duration.ZERO, "answered");
  }

  private static Outcome auth(int status) {
    return new Outcome.Fault(
        FaultKind.AUTH, status, null, Duration.ZERO, "no credentials", null, null, null);
  }
}
