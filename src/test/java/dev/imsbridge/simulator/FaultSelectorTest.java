package dev.imsbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A fault test can be repeated only if the seed decides which request meets a fault. */
class FaultSelectorTest {
  private static final long SEED = 11;

  private final ManualClock clock = new ManualClock();
  private final JobRegistry registry = new JobRegistry(new JobPlanner(SEED, 1), clock);

  @Test
  void shouldEndAfterItsCount() {
    FaultSelector selector = selector(ScriptedFault.of(FaultType.RESET).times(3).build());

    assertThat(met(selector, "a", 10)).containsExactly(1, 2, 3);
  }

  @Test
  void shouldMeetAReproducibleShareOfRequests() {
    InjectedFault fault = ScriptedFault.of(FaultType.UNAVAILABLE).withProbability(0.3).build();

    List<Integer> first = met(selector(fault), "a", 1000);
    List<Integer> again =
        met(selector(fault), new JobRegistry(new JobPlanner(SEED, 1), clock).getOrStart("a"), 1000);

    assertThat(first).hasSizeBetween(230, 370).isEqualTo(again);
    assertThat(met(selector(fault), "b", 1000)).isNotEqualTo(first);
  }

  @Test
  void shouldKeepToItsTimeWindow() {
    FaultSelector selector =
        selector(
            ScriptedFault.of(FaultType.NOT_FOUND)
                .after(Duration.ofSeconds(10))
                .lasting(Duration.ofSeconds(5))
                .build());
    SimulatedJob job = registry.getOrStart("a");

    assertThat(select(selector, job)).isEmpty();
    clock.advance(Duration.ofSeconds(10));
    assertThat(select(selector, job)).isPresent();
    clock.advance(Duration.ofSeconds(5));
    assertThat(select(selector, job)).isEmpty();
  }

  /** Before the first answer, no client can know an older status. */
  @Test
  void shouldNotMakeTheFirstAnswerStale() {
    assertThat(met(selector(ScriptedFault.of(FaultType.STALE).build()), "a", 3))
        .containsExactly(2, 3);
  }

  @Test
  void shouldPreferTheFaultOfASingleJob() {
    FaultSelector selector = selector(ScriptedFault.of(FaultType.UNAVAILABLE).build());
    SimulatedJob job = registry.getOrStart("a");
    job.add(new ActiveFault(ScriptedFault.of(FaultType.RESET).build()));

    assertThat(select(selector, job).map(InjectedFault::type)).contains(FaultType.RESET);
    assertThat(select(selector, registry.getOrStart("b")).map(InjectedFault::type))
        .contains(FaultType.UNAVAILABLE);
  }

  @Test
  void shouldMeetOnlyRequestsOfItsTarget() {
    FaultSelector selector =
        selector(ScriptedFault.of(FaultType.UNAVAILABLE).on(FaultTarget.TOKENS).build());

    assertThat(select(selector, registry.getOrStart("a"))).isEmpty();
    assertThat(selector.of(FaultTarget.METADATA, clock.millis())).isEmpty();
    assertThat(selector.of(FaultTarget.TOKENS, clock.millis())).isPresent();
  }

  @Test
  void shouldThrottleCallsBeyondTheQuota() {
    FaultSelector selector =
        selector(ScriptedFault.of(FaultType.RATE_LIMIT).withQuota(5, "1 minute").build());

    assertThat(met(selector, "a", 8)).containsExactly(6, 7, 8);
  }

  @Test
  void shouldCountThrottledCallsAgainstTheQuota() {
    RateWindow window = new RateWindow(5, Duration.ofSeconds(10));
    long hammering =
        IntStream.range(0, 600).filter(n -> window.admit(clock.millis() + n * 100L)).count();
    clock.advance(Duration.ofMinutes(5));
    long polite =
        IntStream.range(0, 30).filter(n -> window.admit(clock.millis() + n * 2_500L)).count();

    assertThat(hammering).isEqualTo(5);
    assertThat(polite).isEqualTo(30);
  }

  private static FaultSelector selector(InjectedFault... faults) {
    return new FaultSelector(SEED, List.of(faults));
  }

  private Optional<InjectedFault> select(FaultSelector selector, SimulatedJob job) {
    long now = clock.millis();
    return selector.ofJob(job, job.countGet(now), now);
  }

  private List<Integer> met(FaultSelector selector, String jobId, int requests) {
    return met(selector, registry.getOrStart(jobId), requests);
  }

  private List<Integer> met(FaultSelector selector, SimulatedJob job, int requests) {
    return IntStream.rangeClosed(1, requests)
        .filter(n -> select(selector, job).isPresent())
        .boxed()
        .toList();
  }
}
