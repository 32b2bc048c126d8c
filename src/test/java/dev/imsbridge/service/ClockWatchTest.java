package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * A bridge that starts while the clock is an hour ahead waited for an hour after its correction.
 */
class ClockWatchTest {
  private final AtomicLong nanos = new AtomicLong(-5);
  private Instant time = Instant.parse("2026-11-29T13:41:45Z");
  private final List<String> told = new ArrayList<>();
  private final ClockWatch watch = new ClockWatch(() -> time, nanos::get, told::add);

  private void pass(Duration really, Duration onTheClock) {
    nanos.addAndGet(really.toNanos());
    time = time.plus(onTheClock);
    watch.check();
  }

  @Test
  void shouldReportEachTimeThatTheClockIsSetBack() {
    pass(Duration.ofSeconds(2), Duration.ofSeconds(2).minusHours(1));
    assertThat(told).singleElement().asString().contains("set back by 3600 s");
    pass(Duration.ofSeconds(2), Duration.ofSeconds(2));
    assertThat(told).hasSize(1);
    pass(Duration.ofSeconds(10), Duration.ofSeconds(-21));
    assertThat(told).hasSize(2).last().asString().contains("31 s");
  }

  /** A machine that slept has lost monotonic time only, and NTP corrects a clock bit by bit. */
  @Test
  void shouldLiveWithSmallStepsAndStepsAhead() {
    pass(Duration.ofSeconds(2), Duration.ofHours(9));
    pass(Duration.ofSeconds(40), Duration.ofSeconds(10));
    pass(Duration.ofDays(30), Duration.ofDays(30).minusSeconds(30));
    assertThat(told).isEmpty();
  }
}
