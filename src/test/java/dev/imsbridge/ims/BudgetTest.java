package dev.imsbridge.ims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

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
  private static final RateLimit TWENTY_A_MINUTE = new RateLimit(20, Duration.ofMinutes(1), "user");

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
    budget.share(0.25, now);

    assertThat(grabAll(budget)).isEqualTo(25);
    now += SECOND;
    assertThat(grabAll(budget)).isEqualTo(25);
  }

  @Test
  void shouldGrantNothingWithoutAShareAndNoBurstWhenItComesBack() {
    Budget budget = budget(10, 10, 100);
    grabAll(budget);
    budget.share(0, now);

    now += Duration.ofMinutes(1).toNanos();
    assertThat(grabAll(budget)).isZero();
    assertThat(budget.nanosUntilNext(now)).isEqualTo(Long.MAX_VALUE);
    budget.share(0.5, now);

    assertThat(grabAll(budget)).isLessThanOrEqualTo(1);
    now += SECOND;
    assertThat(grabAll(budget)).isEqualTo(5);
  }

  @Test
  void shouldRememberAThrottleWhileItHadNoShare() {
    Budget budget = budget(100, 10, 100);
    budget.throttled(null, Duration.ofSeconds(20), now);

    budget.share(0, now);
    budget.share(1, now);

    assertThat(budget.callsPerSecond()).isEqualTo(50);
    assertThat(budget.paused(now)).isTrue();
  }

  @Test
  void shouldObeyRetryAfter() {
    Budget budget = budget(10, 10, 100);
    budget.tryAcquire(now);

    budget.throttled(null, Duration.ofSeconds(30), now);

    assertThat(budget.paused(now)).isTrue();
    assertThat(budget.nanosUntilNext(now)).isGreaterThanOrEqualTo(30 * SECOND);
    now += 30 * SECOND - 1;
    assertThat(grabAll(budget)).isZero();
    now += SECOND;
    assertThat(grabAll(budget)).isPositive();
  }

  /** As a service that is down may ask for: nothing is learned of the rate. */
  @Test
  void shouldPauseAndThenGoOnAtItsRateWithoutABurst() {
    Budget budget = budget(10, 20, 50);
    budget.pause(Duration.ofSeconds(30), now);
    budget.pause(Duration.ofSeconds(5), now);

    assertThat(budget.nanosUntilNext(now)).isEqualTo(30 * SECOND + SECOND / 10);
    assertThat(budget.callsPerSecond()).isEqualTo(10);
    now += 30 * SECOND - 1;
    assertThat(budget.paused(now)).isTrue();
    now += SECOND / 2;
    assertThat(budget.paused(now)).isFalse();
    assertThat(grabAll(budget)).isBetween(4, 5);
    budget.pause(Duration.ofDays(3), now);
    now += Duration.ofMinutes(61).toNanos();
    assertThat(budget.paused(now)).as("a wait without reason").isFalse();
  }

  @Test
  void shouldNotObeyAnAbsurdRetryAfter() {
    Budget budget = budget(10, 10, 100);

    budget.throttled(null, Duration.ofDays(10_000), now);

    assertThat(budget.nanosUntilNext(now)).isLessThan(Duration.ofHours(2).toNanos());
  }

  @Test
  void shouldGrantNothingUnderALimitThatHardlyAllowsAnything() {
    Budget budget = new Budget(new BudgetSettings(10, 20, 10), now);
    budget.share(0.001, now);
    budget.throttled(
        new RateLimit(1, Duration.ofDays(999_999), "user"), Duration.ofMinutes(5), now);

    assertThat(budget.nanosUntilNext(now)).isGreaterThan(Duration.ofHours(1).toNanos());
    assertThat(budget.tryAcquire(now)).isFalse();
  }

  @Test
  void shouldTakeAWaveOfThrottlingAnswersForOne() {
    Budget one = budget(100, 100, 100);
    Budget wave = budget(100, 100, 100);

    one.throttled(TWENTY_A_MINUTE, null, now);
    for (int i = 0; i < 50; i++) {
      wave.throttled(TWENTY_A_MINUTE, null, now + i);
    }

    assertThat(wave.callsPerSecond()).isEqualTo(one.callsPerSecond());
    assertThat(wave.nanosUntilNext(now)).isEqualTo(one.nanosUntilNext(now));
  }

  @Test
  void shouldRecoverGraduallyWhenNoLimitWasNamed() {
    Budget budget = budget(100, 10, 1000);

    budget.throttled(null, null, now);
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
    budget.throttled(TWENTY_A_MINUTE, null, now);

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
      budget.throttled(null, null, now);
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
    assertThatIllegalArgumentException().isThrownBy(() -> budget(1, 1, 1).share(1.5, now));
    assertThatIllegalArgumentException().isThrownBy(() -> new BudgetSettings(0, 1, 1));
  }

  /** Over any stretch of time, however it is asked: no more than rate * time + burst. */
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
        budget.throttled(null, null, now);
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
   * Against a gateway that counts in a sliding window, whoever asks as fast as the budget lets is
   * throttled a few times at most, and never again once the limit was named.
   */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void shouldStayWithinALimitOnceItWasNamed(long fixedSeed) {
    long seed = Long.getLong("seed", fixedSeed);
    Random random = new Random(seed);
    int allowed = 1 + random.nextInt(300);
    Duration window = Duration.ofSeconds(1 + random.nextInt(600));
    RateLimit limit = new RateLimit(allowed, window, "user");
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
        budget.throttled(limit, null, now);
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

  private int grabAll(Budget budget) {
    int granted = 0;
    while (budget.tryAcquire(now)) {
      granted++;
    }
    return granted;
  }
}
