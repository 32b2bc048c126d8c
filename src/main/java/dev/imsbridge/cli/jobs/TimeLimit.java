package dev.imsbridge.cli.jobs;

import dev.imsbridge.cli.common.EventText;
import dev.imsbridge.terminal.DurationText;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import java.time.Duration;
import picocli.CommandLine.TypeConversionException;

/** How long a command waits for jobs: the option {@code --timeout}. Immutable. */
public final class TimeLimit {
  private final Duration duration;
  private final long startNanos = System.nanoTime();

  private TimeLimit(Duration duration) {
    this.duration = duration;
  }

  /**
   * Starts to count.
   *
   * @param duration null for no limit
   */
  static TimeLimit of(Duration duration) {
    return new TimeLimit(duration);
  }

  /**
   * Parses a duration in an option.
   *
   * @throws TypeConversionException if the text is not a duration above zero
   */
  public static Duration parse(String text) {
    try {
      return DurationText.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'%s' %s".formatted(SafeText.line(text), e.getMessage()));
    }
  }

  boolean over() {
    return duration != null && System.nanoTime() - startNanos >= duration.toNanos();
  }

  /** Names the jobs that have not ended in time, and returns the exit code. */
  int exceeded(Terminal terminal, AwaitedJobs jobs) {
    terminal.say(
        "not ended within %s: %s"
            .formatted(EventText.took(duration.toMillis()), AwaitedJobs.named(jobs.open())));
    return AwaitedJobs.TIME_OVER;
  }
}
