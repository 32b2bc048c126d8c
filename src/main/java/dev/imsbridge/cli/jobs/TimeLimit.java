package dev.imsbridge.cli.jobs;

import dev.imsbridge.cli.common.EventText;
import java.time.Duration;

/** How long a command waits for jobs: the option {@code --timeout}. Immutable. */
final class TimeLimit {
  private final Duration duration;
  private final long startNanos = System.nanoTime();

  /**
   * Starts to count.
   *
   * @param duration null for no limit
   */
  TimeLimit(Duration duration) {
    this.duration = duration;
  }

  boolean over() {
    return duration != null && System.nanoTime() - startNanos >= duration.toNanos();
  }

  @Override
  public String toString() {
    return duration == null ? "no limit" : EventText.took(duration.toMillis());
  }
}
