package dev.imsbridge.history.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventRateTest {
  private long now;
  private final List<Long> waits = new ArrayList<>();

  private EventRate rate(double perSecond) {
    return new EventRate(
        perSecond,
        () -> now,
        nanos -> {
          waits.add(nanos);
          now += nanos;
        });
  }

  @Test
  void shouldLetSoManyPassASecond() {
    EventRate rate = rate(100);
    for (int i = 0; i < 1_001; i++) {
      rate.await();
    }
    assertThat(now).isBetween(9_900_000_000L, 10_000_000_000L);
  }

  @Test
  void shouldNotMakeUpForATimeWithoutEvents() {
    EventRate rate = rate(100);
    rate.await();
    now += 60_000_000_000L;
    long start = now;
    for (int i = 0; i < 101; i++) {
      rate.await();
    }
    assertThat(now - start).isBetween(940_000_000L, 1_000_000_000L);
  }

  @Test
  void shouldCatchUpWithWhatAWaitOversleeps() {
    EventRate rate = new EventRate(1_000, () -> now, nanos -> now += nanos + 60_000);
    for (int i = 0; i < 10_001; i++) {
      rate.await();
    }
    assertThat(now).isBetween(9_900_000_000L, 10_010_000_000L);
  }

  @Test
  void shouldNotWaitWithoutALimit() {
    EventRate rate = rate(Double.POSITIVE_INFINITY);
    rate.await();
    rate.await();
    assertThat(waits).isEmpty();
  }
}
