package dev.imsbridge.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Detects that the clock of this machine was set back. Kafka clients measure timeouts, heartbeats
 * and retry pauses with it, so they would wait until it reaches the old time. New clients are not
 * affected. Runs a dedicated thread, and calls its listener on that thread.
 */
final class ClockWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  /** Kafka's clients tolerate a smaller step. */
  private static final Duration TOLERATED = Duration.ofSeconds(30);

  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Consumer<String> onSetBack;
  private final RepeatedCheck checks = new RepeatedCheck();
  private Instant lastTime;
  private long lastNanos;

  /**
   * @param nanoTime a monotonic clock
   * @param onSetBack receives one line each time the clock is set back by more than 30 s
   */
  ClockWatch(InstantSource clock, LongSupplier nanoTime, Consumer<String> onSetBack) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.onSetBack = onSetBack;
    lastTime = clock.instant();
    lastNanos = nanoTime.getAsLong();
  }

  static ClockWatch start(Consumer<String> onSetBack) {
    ClockWatch watch = new ClockWatch(InstantSource.system(), System::nanoTime, onSetBack);
    watch.checks.start("clock-watch", INTERVAL, INTERVAL, watch::check);
    return watch;
  }

  /** Compares the clock with the time that has passed since the last call. */
  void check() {
    Instant time = clock.instant();
    long nanos = nanoTime.getAsLong();
    Duration back = Duration.ofNanos(nanos - lastNanos).minus(Duration.between(lastTime, time));
    lastTime = time;
    lastNanos = nanos;
    if (back.compareTo(TOLERATED) > 0) {
      onSetBack.accept(
          "the clock of this machine was set back by %s s, and Kafka clients would wait for as long: start the bridge again"
              .formatted(back.toSeconds()));
    }
  }

  @Override
  public void close() {
    checks.close();
  }
}
