package dev.imsbridge.ims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.imsbridge.ims.CircuitBreaker.State;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), new Random(42));

  private final CircuitBreaker breaker = new CircuitBreaker(3, BACKOFF);
  private long now = Long.MAX_VALUE - 10 * SECOND;

  @Test
  void shouldOpenAfterFailuresInARowOnly() {
    breaker.failed(now);
    breaker.failed(now);
    breaker.succeeded();
    breaker.failed(now);
    breaker.failed(now);
    assertThat(breaker.tryPass(now)).isTrue();

    breaker.failed(now);

    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(breaker.tryPass(now)).isFalse();
    assertThat(breaker.nanosUntilNext(now)).isBetween(SECOND / 2, SECOND);
  }

  @Test
  void shouldLetASingleProbePass() {
    open();
    now += SECOND;

    assertThat(breaker.tryPass(now)).isTrue();
    assertThat(breaker.tryPass(now)).isFalse();
    assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    breaker.succeeded();

    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(breaker.tryPass(now)).isTrue();
  }

  @Test
  void shouldReplaceAProbeThatNeverReports() {
    open();
    now += SECOND;
    assertThat(breaker.tryPass(now)).isTrue();

    now += SECOND;

    assertThat(breaker.tryPass(now)).isTrue();
  }

  @Test
  void shouldNotBelieveCallsThatBeganBeforeItOpened() {
    open();

    breaker.succeeded();
    breaker.failed(now);

    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(breaker.nanosUntilNext(now)).isLessThanOrEqualTo(SECOND);
  }

  @Test
  void shouldMakeFewCallsInAnHourOfOutageAndStartAfreshAfterIt() {
    open();
    long end = now + Duration.ofHours(1).toNanos();
    int calls = 0;
    while (now - end < 0) {
      now += breaker.nanosUntilNext(now);
      assertThat(breaker.tryPass(now)).isTrue();
      calls++;
      breaker.failed(now);
    }
    assertThat(calls).isBetween(50, 130);

    now += breaker.nanosUntilNext(now);
    assertThat(breaker.tryPass(now)).isTrue();
    breaker.succeeded();
    open();

    assertThat(breaker.nanosUntilNext(now)).isLessThanOrEqualTo(SECOND);
  }

  @Test
  void shouldJitterABackoffFully() {
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), new Random(7));

    assertThat(backoff.ceiling(1)).isEqualTo(Duration.ofMillis(100));
    assertThat(backoff.ceiling(4)).isEqualTo(Duration.ofMillis(800));
    assertThat(backoff.ceiling(8)).isEqualTo(Duration.ofSeconds(10));
    assertThat(backoff.ceiling(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(10));
    double sum = 0;
    for (int i = 0; i < 10_000; i++) {
      Duration wait = backoff.delayAfter(4);
      assertThat(wait).isBetween(Duration.ZERO, Duration.ofMillis(800));
      sum += wait.toNanos() / 1e6;
    }
    assertThat(sum / 10_000).isBetween(390.0, 410.0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1), new Random()));
  }

  private void open() {
    for (int i = 0; i < 3; i++) {
      breaker.failed(now);
    }
  }
}
