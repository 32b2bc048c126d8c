package dev.imsbridge.history.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
  private long now;
  private final List<Long> waits = new ArrayList<>();

  private Pace pace(double perSecond) {
    return new Pace(
        perSecond,
        () -> now,
        nanos -> {
          waits.add(nanos);
          now += nanos;
        });
  }

  @Test
  void shouldLetSoManyPassASecond() {
    Pace pace = pace(100);
    for (int i = 0; i < 1_001; i++) {
      pace.await();
    }
    assertThat(now).isBetween(9_900_000_000L, 10_000_000_000L);
  }

  @Test
  void shouldNotMakeUpForATimeWithoutEvents() {
    Pace pace = pace(100);
    pace.await();
    now += 60_000_000_000L;
    long start = now;
    for (int i = 0; i < 101; i++) {
      pace.await();
    }
    assertThat(now - start).isBetween(940_000_000L, 1_000_000_000L);
  }

  @Test
  void shouldCatchUpWithWhatAWaitOversleeps() {
    Pace pace = new Pace(1_000, () -> now, nanos -> now += nanos + 60_000);
    for (int i = 0; i < 10_001; i++) {
      pace.await();
    }
    assertThat(now).isBetween(9_900_000_000L, 10_010_000_000L);
  }

  @Test
  void shouldNotWaitWithoutALimit() {
    Pace pace = pace(Double.POSITIVE_INFINITY);
    pace.await();
    pace.await();
    assertThat(waits).isEmpty();
  }
}
