package dev.imsbridge.ims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.imsbridge.ims.Outcome.Fault;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long START = -5 * SECOND;
  private static final RateLimit TWENTY_A_MINUTE = new RateLimit(20, Duration.ofMinutes(1));

  private long now = START;

  @Test
  void shouldGrantItsBurstAndThenItsRate() {
    Budget budget = budget(10, 5, 100);

    assertThat(grabAll(budget)).isEqualTo(5);
    assertThat(budget.nanosUntilNext(now)).isEqualTo(SECOND / 10);
    now += SECOND / 10;
    assertThat(budget.nanosUntilNext(now)).isZero();
    assertThat(grabAll(budget)).isEqualTo(1);
  }

  @Test
  void shouldNotHoardWhatWasNotUsed() {
    Budget budget = budget(10, 5, 100);

    now += Duration.ofHours(10).toNanos();

    assertThat(grabAll(budget)).isEqualTo(5);
  }

  @Test
  void shouldNotGrantMoreThanItsConcurrency() {
    Budget budget = budget(1000, 1000, 3);

    assertThat(grabAll(budget)).isEqualTo(3);
    assertThat(budget.nanosUntilNext(now)).isEqualTo(Long.MAX_VALUE);
    budget.released();
    assertThat(grabAll(budget)).isEqualTo(1);
  }

  @Test
  void shouldGrantAnInstanceItsShareOnly() {
    Budget budget = budget(100, 100, 1000);
    budget.setShare(0.25, now);

    assertThat(grabAll(budget)).isEqualTo(25);
    now += SECOND;
    assertThat(grabAll(budget)).isEqualTo(25);
  }

  @Test
  void shouldGrantNothingWithoutAShareAndNoBurstWhenItComesBack() {
    Budget budget = budget(10, 10, 100);
    grabAll(budget);
    budget.setShare(0, now);

    now += Duration.ofMinutes(1).toNanos();
    assertThat(grabAll(budget)).isZero();
    assertThat(budget.nanosUntilNext(now)).isEqualTo(Long.MAX_VALUE);
    budget.setShare(0.5, now);

    assertThat(grabAll(budget)).isLessThanOrEqualTo(1);
    now += SECOND;
    assertThat(grabAll(budget)).isEqualTo(5);
  }

  @Test
  void shouldRememberAThrottleWhileItHadNoShare() {
    Budget budget = budget(100, 10, 100);
    throttled(budget, "job", null, Duration.ofSeconds(20));

    budget.setShare(0, now);
    budget.setShare(1, now);

    assertThat(budget.callsPerSecond()).isEqualTo(50);
    assertThat(budget.paused(now)).isTrue();
  }

  @Test
  void shouldObeyRetryAfter() {
    Budget budget = budget(10, 10, 100);
    budget.tryAcquire(now);

    throttled(budget, "job", null, Duration.ofSeconds(30));

    assertThat(budget.paused(now)).isTrue();
    assertThat(budget.nanosUntilNext(now)).isGreaterThanOrEqualTo(30 * SECOND);
    now += 30 * SECOND - 1;
    assertThat(grabAll(budget)).isZero();
    now += SECOND;
    assertThat(grabAll(budget)).isPositive();
  }

  /** A service that is down may request a pause. Such an answer does not change the rate. */
  @Test
  void shouldPauseAndThenGoOnAtItsRateWithoutABurst() {
    Budget budget = budget(10, 20, 50);
    budget.pause("job", Duration.ofSeconds(30), now);
    budget.pause("job", Duration.ofSeconds(5), now);

    assertThat(budget.nanosUntilNext(now)).isEqualTo(30 * SECOND + SECOND / 10);
    assertThat(budget.callsPerSecond()).isEqualTo(10);
    now += 30 * SECOND - 1;
    assertThat(budget.paused(now)).isTrue();
    now += SECOND / 2;
    assertThat(budget.paused(now)).isFalse();
    assertThat(grabAll(budget)).isBetween(4, 5);
    budget.pause("job", Duration.ofDays(3), now);
    now += Duration.ofMinutes(61).toNanos();
    assertThat(budget.paused(now)).as("a wait without reason").isFalse();
  }

  /** One answer may be wrong. The other jobs must not wait an hour because of it. */
  @Test
  void shouldNotStopForMoreThanAMinuteForTheAnswersOfOneJob() {
    Budget budget = budget(10, 10, 100);

    for (int i = 0; i < 10; i++) {
      throttled(budget, "job", null, Duration.ofDays(10_000));
      assertThat(budget.paused(now + 59 * SECOND)).isTrue();
      now += 60 * SECOND;
      assertThat(budget.paused(now)).isFalse();
    }
    budget.pause("job", Duration.ofDays(10_000), now);
    assertThat(budget.paused(now + 60 * SECOND)).isFalse();
  }

  @Test
  void shouldBelieveInALongerWaitTheMoreJobsAreTold() {
    Budget budget = budget(10, 10, 100);
    List<Long> minutes = new ArrayList<>();
    for (int job = 0; job < 12; job++) {
      throttled(budget, "job-" + job, null, Duration.ofDays(1));
      long minute = 60 * SECOND;
      long pause = 0;
      while (budget.paused(now + pause)) {
        pause += minute;
      }
      minutes.add(pause / minute);
      now += pause;
    }
    assertThat(minutes).startsWith(1L, 2L, 4L, 8L, 16L, 32L, 60L).endsWith(60L, 60L);

    budget.answered(answer(), now + 1);
    throttled(budget, "job", null, Duration.ofDays(1));
    assertThat(budget.paused(now + 60 * SECOND)).as("others were answered since").isFalse();
  }

  /** A late answer to a call from before the refusal does not prove that refusals have ended. */
  @Test
  void shouldNotTakeAnEarlierCallsAnswerForAProof() {
    Budget budget = budget(10, 10, 100);
    throttled(budget, "job", null, Duration.ofSeconds(5));
    now += 6 * SECOND;
    budget.answered(answer(Duration.ofSeconds(10)), now);
    assertThat(budget.refusing()).isTrue();
    budget.answered(answer(Duration.ofSeconds(1)), now);
    assertThat(budget.refusing()).isFalse();
  }

  /** Regression: "limit:1,time:999999 day", or one day, stopped a project until the next start. */
  @Test
  void shouldNotLearnALimitFromTheAnswersOfOneJob() {
    Budget budget = budget(10, 10, 100);
    RateLimit hardlyAny = new RateLimit(1, Duration.ofHours(1));

    throttled(budget, "job", hardlyAny, null);
    throttled(budget, "job", hardlyAny, null);

    assertThat(budget.callsPerSecond()).isEqualTo(5);
    now += Duration.ofMinutes(4).toNanos();
    assertThat(budget.reduced(now)).isFalse();
    assertThat(budget.callsPerSecond()).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.25, 0.001})
  void shouldProbeUnderAnyLimitAndForgetOneThatIsNotTrue(double share) {
    Budget budget = new Budget(new BudgetSettings(10, 20, 10), now);
    budget.setShare(share, now);
    RateLimit hardlyAny = new RateLimit(1, Duration.ofHours(1));
    throttled(budget, "one", hardlyAny, null);
    throttled(budget, "two", hardlyAny, null);
    assertThat(budget.callsPerSecond()).isLessThan(1.0 / 600);

    for (int probe = 0; probe < 2; probe++) {
      long from = now;
      while (!budget.tryAcquire(now)) {
        now += budget.nanosUntilNext(now) + 1;
      }
      assertThat(now - from).isLessThan(Duration.ofMinutes(18).toNanos());
      budget.released();
      now += SECOND;
      budget.answered(answer(Duration.ofMillis(500)), now);
    }

    assertThat(budget.reduced(now)).isTrue();
    now += Duration.ofMinutes(3).toNanos();
    assertThat(budget.reduced(now)).isFalse();
  }

  @Test
  void shouldTellThatItsRateIsReducedUntilItIsNot() {
    Budget budget = budget(10, 10, 100);
    assertThat(budget.reduced(now)).isFalse();
    throttled(budget, "job", null, Duration.ofSeconds(5));
    now += 30 * SECOND;
    assertThat(budget.paused(now)).isFalse();
    assertThat(budget.reduced(now)).isTrue();
    now += 120 * SECOND;
    assertThat(budget.reduced(now)).isFalse();
    throttled(budget, "one", TWENTY_A_MINUTE, null);
    throttled(budget, "two", TWENTY_A_MINUTE, null);
    now += Duration.ofMinutes(30).toNanos();
    assertThat(budget.reduced(now)).as("under a limit").isTrue();
  }

  @Test
  void shouldTakeAWaveOfThrottlingAnswersForOne() {
    Budget few = budget(100, 100, 100);
    Budget wave = budget(100, 100, 100);

    throttled(few, "job-0", TWENTY_A_MINUTE, null);
    throttled(few, "job-1", TWENTY_A_MINUTE, null);
    for (int i = 0; i < 50; i++) {
      throttled(wave, "job-" + i, TWENTY_A_MINUTE, null);
    }

    assertThat(wave.callsPerSecond()).isEqualTo(few.callsPerSecond());
    assertThat(wave.nanosUntilNext(now)).isEqualTo(few.nanosUntilNext(now));
  }

  /**
   * Answers of one wave arrive up to the total timeout apart, which is longer than a short pause.
   */
  @Test
  void shouldTakeTheLateOnesOfAWaveForTheSame() {
    Budget budget = budget(100, 100, 100);
    budget.throttled("job", throttling(null, null, Duration.ZERO), now);
    for (int i = 1; i <= 20; i++) {
      now += SECOND;
      Duration latency = Duration.ofSeconds(i);
      budget.throttled("job-" + i, throttling(null, null, latency), now);
    }
    assertThat(budget.callsPerSecond()).isBetween(50.0, 100.0);
  }

  @Test
  void shouldRecoverGraduallyWhenNoLimitWasNamed() {
    Budget budget = budget(100, 10, 1000);

    throttled(budget, "job", null, null);
    double lowered = budget.callsPerSecond();
    now += 20 * SECOND;
    budget.nanosUntilNext(now);
    double recovering = budget.callsPerSecond();
    now += Duration.ofMinutes(3).toNanos();
    budget.nanosUntilNext(now);

    assertThat(lowered).isEqualTo(50);
    assertThat(recovering).isBetween(55.0, 75.0);
    assertThat(budget.callsPerSecond()).isEqualTo(100);
  }

  @Test
  void shouldTryTheConfiguredRateAgainAnHourAfterALimit() {
    Budget budget = budget(100, 10, 1000);
    throttled(budget, "one", TWENTY_A_MINUTE, null);
    throttled(budget, "two", TWENTY_A_MINUTE, null);

    now += Duration.ofMinutes(59).toNanos();
    budget.nanosUntilNext(now);
    double learned = budget.callsPerSecond();
    now += Duration.ofMinutes(10).toNanos();
    budget.nanosUntilNext(now);

    assertThat(learned).isLessThanOrEqualTo(20.0 / 60);
    assertThat(budget.callsPerSecond()).isGreaterThan(30);
  }

  @Test
  void shouldWaitLongerTheMoreOftenItIsThrottled() {
    Budget budget = budget(100, 10, 1000);
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      throttled(budget, "job", null, null);
      long pause = 0;
      while (budget.paused(now + pause)) {
        pause += SECOND / 10;
      }
      pauses.add(pause / SECOND);
      now += pause;
    }

    assertThat(pauses).isSorted().startsWith(1L, 2L, 4L).endsWith(60L);
  }

  @Test
  void shouldRefuseToReleaseWhatWasNotGranted() {
    assertThatIllegalStateException().isThrownBy(() -> budget(1, 1, 1).released());
    assertThatIllegalArgumentException().isThrownBy(() -> budget(1, 1, 1).setShare(1.5, now));
    assertThatIllegalArgumentException().isThrownBy(() -> new BudgetSettings(0, 1, 1));
  }

  /** Over any period and any calling pattern: at most rate * time + burst grants. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldNeverGrantMoreThanRateAndBurst(long fixedSeed) {
    long seed = Long.getLong("seed", fixedSeed);
    Random random = new Random(seed);
    double rate = 0.5 + random.nextInt(200);
    int burst = 1 + random.nextInt(50);
    Budget budget = budget(rate, burst, Integer.MAX_VALUE);
    List<Long> grants = new ArrayList<>();
    for (int step = 0; step < 3_000; step++) {
      now += random.nextInt(10) == 0 ? random.nextLong(20 * SECOND) : random.nextLong(SECOND / 50);
      for (int i = random.nextInt(burst * 2); i >= 0; i--) {
        if (budget.tryAcquire(now)) {
          grants.add(now);
        }
      }
      if (random.nextInt(300) == 0) {
        throttled(budget, "job", null, null);
      }
    }
    for (int first = 0; first < grants.size(); first += 7) {
      for (int last = first; last < grants.size(); last += 13) {
        double seconds = (grants.get(last) - grants.get(first)) / (double) SECOND;
        assertThat(last - first + 1)
            .as("seed %d, grants %d to %d", seed, first, last)
            .isLessThanOrEqualTo((int) Math.floor(rate * seconds + burst + 1e-6));
      }
    }
  }

  /**
   * A gateway counts in a sliding window, and the caller uses each grant of the budget. The caller
   * may be throttled only a few times, and not at all after the limit was named.
   */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void shouldStayWithinALimitOnceItWasNamed(long fixedSeed) {
    long seed = Long.getLong("seed", fixedSeed);
    Random random = new Random(seed);
    int allowed = 1 + random.nextInt(300);
    Duration window = Duration.ofSeconds(1 + random.nextInt(600));
    RateLimit limit = new RateLimit(allowed, window);
    Budget budget = budget(200, 200, Integer.MAX_VALUE);
    Deque<Long> counted = new ArrayDeque<>();
    int refused = 0;
    long end = now + 50 * Duration.ofMinutes(1).toNanos();
    long lastRefusal = now;
    int granted = 0;
    while (now - end < 0) {
      long wait = budget.nanosUntilNext(now);
      now += Math.max(wait, SECOND / 1000);
      if (!budget.tryAcquire(now)) {
        continue;
      }
      granted++;
      while (!counted.isEmpty() && now - counted.peekFirst() >= window.toNanos()) {
        counted.removeFirst();
      }
      counted.addLast(now);
      if (counted.size() > allowed) {
        refused++;
        lastRefusal = now;
        throttled(budget, "job-" + refused, limit, null);
      }
      budget.released();
    }
    assertThat(refused).as("seed %d, %s: throttled", seed, limit).isLessThanOrEqualTo(6);
    assertThat(lastRefusal - START)
        .as("seed %d, %s: last throttled", seed, limit)
        .isLessThan(Duration.ofMinutes(30).toNanos());
    double possible = Math.min(200.0, allowed / (double) window.toSeconds()) * 50 * 60;
    assertThat((double) granted)
        .as("seed %d, %s: granted of %f", seed, limit, possible)
        .isGreaterThan(possible * 0.3);
  }

  private Budget budget(double rate, int burst, int concurrency) {
    return new Budget(new BudgetSettings(rate, burst, concurrency), now);
  }

  /** Reports a throttling answer to a call made at this moment. */
  private void throttled(Budget budget, String job, RateLimit limit, Duration retryAfter) {
    budget.throttled(job, throttling(limit, retryAfter, Duration.ZERO), now);
  }

  private static Fault throttling(RateLimit limit, Duration retryAfter, Duration latency) {
    return new Fault(
        new Outcome.Response(429, null, latency),
        FaultKind.THROTTLED,
        "too many",
        retryAfter,
        limit,
        null);
  }

  private static Outcome answer() {
    return answer(Duration.ZERO);
  }

  private static Outcome answer(Duration latency) {
    return new Outcome.NotFound(new Outcome.Response(404, null, latency), "answered");
  }

  private int grabAll(Budget budget) {
    int granted = 0;
    while (budget.tryAcquire(now)) {
      granted++;
    }
    return granted;
  }
}
