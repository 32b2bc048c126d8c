package dev.imsbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultSelectorTest {
  private static final long SEED = 11;

  private final ManualClock clock = new ManualClock();
  private final JobRegistry book = new JobRegistry(new JobPlanner(SEED, 1), clock);

  @Test
  void shouldMeetTheNextSoManyRequestsAndNoMore() {
    FaultSelector board = board(InjectedFault.of(FaultType.RESET).times(3));

    assertThat(met(board, "a", 10)).containsExactly(1, 2, 3);
  }

  @Test
  void shouldMeetAShareOfRequestsTheSameEachTime() {
    InjectedFault fault = InjectedFault.of(FaultType.UNAVAILABLE).withProbability(0.3);

    List<Integer> first = met(board(fault), "a", 1000);
    List<Integer> again =
        met(board(fault), new JobRegistry(new JobPlanner(SEED, 1), clock).visit("a"), 1000);

    assertThat(first).hasSizeBetween(230, 370).isEqualTo(again);
    assertThat(met(board(fault), "b", 1000)).isNotEqualTo(first);
  }

  @Test
  void shouldKeepToItsWindowInTheLifeOfAJob() {
    FaultSelector board =
        board(
            InjectedFault.of(FaultType.NOT_FOUND)
                .after(Duration.ofSeconds(10))
                .lasting(Duration.ofSeconds(5)));
    SimulatedJob job = book.visit("a");

    assertThat(ask(board, job)).isEmpty();
    clock.advance(Duration.ofSeconds(10));
    assertThat(ask(board, job)).isPresent();
    clock.advance(Duration.ofSeconds(5));
    assertThat(ask(board, job)).isEmpty();
  }

  @Test
  void shouldNeverMakeTheFirstAnswerStale() {
    assertThat(met(board(InjectedFault.of(FaultType.STALE)), "a", 3)).containsExactly(2, 3);
  }

  @Test
  void shouldPreferAJobsOwnFaultAndMeetNoOtherJobWithIt() {
    FaultSelector board = board(InjectedFault.of(FaultType.UNAVAILABLE));
    SimulatedJob job = book.visit("a");
    job.add(new ActiveFault(InjectedFault.of(FaultType.RESET)));

    assertThat(ask(board, job).map(InjectedFault::type)).contains(FaultType.RESET);
    assertThat(ask(board, book.visit("b")).map(InjectedFault::type))
        .contains(FaultType.UNAVAILABLE);
  }

  @Test
  void shouldMeetOnlyRequestsOfItsTarget() {
    FaultSelector board = board(InjectedFault.of(FaultType.UNAVAILABLE).on(FaultTarget.TOKENS));

    assertThat(ask(board, book.visit("a"))).isEmpty();
    assertThat(board.of(FaultTarget.METADATA, clock.millis())).isEmpty();
    assertThat(board.of(FaultTarget.TOKENS, clock.millis())).isPresent();
  }

  @Test
  void shouldRefuseCallsBeyondTheQuota() {
    FaultSelector board =
        board(InjectedFault.of(FaultType.RATE_LIMIT).withQuota(CallQuota.of(5, "1 minute")));

    assertThat(met(board, "a", 8)).containsExactly(6, 7, 8);
  }

  @Test
  void shouldLockOutWhoHammersAndAdmitWhoWaits() {
    RateWindow window = new RateWindow(CallQuota.of(5, "10 second"));
    long hammering =
        IntStream.range(0, 600).filter(n -> window.admit(clock.millis() + n * 100L)).count();
    clock.advance(Duration.ofMinutes(5));
    long polite =
        IntStream.range(0, 30).filter(n -> window.admit(clock.millis() + n * 2_500L)).count();

    assertThat(hammering).isEqualTo(5);
    assertThat(polite).isEqualTo(30);
  }

  private static FaultSelector board(InjectedFault... faults) {
    return new FaultSelector(SEED, List.of(faults));
  }

  private Optional<InjectedFault> ask(FaultSelector board, SimulatedJob job) {
    long now = clock.millis();
    return board.ofJob(job, job.countGet(now), now);
  }

  private List<Integer> met(FaultSelector board, String jobId, int requests) {
    return met(board, book.visit(jobId), requests);
  }

  private List<Integer> met(FaultSelector board, SimulatedJob job, int requests) {
    return IntStream.rangeClosed(1, requests)
        .filter(n -> ask(board, job).isPresent())
        .boxed()
        .toList();
  }
}
