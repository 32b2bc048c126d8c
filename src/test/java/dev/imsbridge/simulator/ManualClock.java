package dev.imsbridge.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that moves only by {@link #advance} and {@link #set}. Thread-safe. */
final class ManualClock implements InstantSource {
  private volatile Instant now = Instant.parse("2024-11-06T06:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  void advance(Duration time) {
    now = now.plus(time);
  }

  void set(Instant instant) {
    now = instant;
  }
}
