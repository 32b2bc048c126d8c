package dev.imsbridge.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Detects that the clock of this machine was set back. Kafka's clients measure timeouts, heartbeats
 * and the pauses between attempts with it, so they would wait until it has caught up; new clients
 * do not. Runs a dedicated thread, and calls its listener on that thread.
 */
final class ClockWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(2);

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
   * @param onSetBack receives a line for each time that the clock is set back by more than 30 s
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
    watch.checks.start("clock-watch", EVERY, EVERY, watch::look);
    return watch;
  }

  /** Compares the clock with the time that has passed since the last call. */
  void look() {
    Instant time = clock.instant();
    long nanos = nanoTime.getAsLong();
    Duration back = Duration.ofNanos(nanos - lastNanos).minus(Duration.between(lastTime, time));
    lastTime = time;
    lastNanos = nanos;
    if (back.compareTo(TOLERATED) > 0) {
      onSetBack.accept(
          "the clock of this machine was set back by %s s, and Kafka's clients would wait for as long: start the bridge again"
              .formatted(back.toSeconds()));
    }
  }

  @Override
  public void close() {
    checks.close();
  }
}
