package dev.imsbridge.cli.jobs;

import dev.imsbridge.cli.common.EventText;
import dev.imsbridge.cli.common.TerminalLine;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.StatusWords;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.Terminal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Waits until jobs have ended, the time limit is reached, or the reader of the output has closed
 * it. Prints the events that the command reads meanwhile. If standard error is a terminal, its last
 * line shows the progress of the jobs. Owned by one thread.
 */
final class JobWait {
  private static final Duration STEP = Duration.ofMillis(250);
  private static final Duration PROGRESS = Duration.ofSeconds(2);

  /** Reads events. */
  @FunctionalInterface
  interface Source {
    /** Handles the available events. Waits for at most the given time if there are none. */
    void next(Duration wait) throws InterruptedException;
  }

  private final Terminal terminal;
  private final TerminalLine line;
  private final AwaitedJobs jobs;
  private final TimeLimit limit;
  private final JobProgress progress;
  private final boolean json;
  private final EventText lines;

  /**
   * @param line shows the progress
   * @param json whether events are printed as JSON
   */
  JobWait(
      Terminal terminal,
      TerminalLine line,
      AwaitedJobs jobs,
      TimeLimit limit,
      JobProgress progress,
      boolean json) {
    this.terminal = terminal;
    this.line = line;
    this.jobs = jobs;
    this.limit = limit;
    this.progress = progress;
    this.json = json;
    lines = new EventText(EventText.TIME.withZone(ZoneId.systemDefault()), Palette.of(terminal));
  }

  /** Prints a line on standard output. */
  void print(String text) {
    line.close();
    terminal.out().println(text);
  }

  /** Prints a line on standard error. */
  void say(String text) {
    line.close();
    terminal.say(text);
  }

  void print(PublishedEvent event) {
    print(json ? event.json() : lines.of(event));
  }

  /** Prints the completion of a job, and ends the wait for it. */
  void completed(PublishedEvent completion) {
    print(completion);
    jobs.ended(completion.rootJobId(), completion.outcome());
  }

  /**
   * Ends the wait for a job that ended earlier and whose completion is no longer retained.
   *
   * @param status its last status, which is printed; null if that is not retained either, and then
   *     the job counts as failed
   */
  void endedEarlier(String jobId, PublishedEvent status) {
    say(
        "%s has ended, and its completion is no longer retained%s"
            .formatted(
                jobId, status == null ? ", nor is its status" : ": this is its last status"));
    if (status != null) {
      print(json ? status.json() : lines.ofLastStatus(status));
    }
    jobs.ended(
        jobId,
        Optional.ofNullable(status)
            .flatMap(known -> StatusWords.outcome(known.status()))
            .orElse(JobOutcome.FAILED));
  }

  /** Ends the wait for a job whose request the bridge refused. */
  void refused(String jobId, String reason) {
    say("the bridge refused the request for %s: %s".formatted(jobId, reason));
    jobs.ended(jobId, JobOutcome.FAILED);
  }

  /** Returns the exit code. Throws the exceptions of the source. */
  int run(Lifecycle parts, Source source) throws InterruptedException {
    long next = System.nanoTime();
    try (line) {
      while (!jobs.allEnded()) {
        parts.check();
        source.next(STEP);
        if (terminal.out().checkError()) {
          return 0;
        }
        if (limit.over() && !jobs.allEnded()) {
          say("not ended within %s: %s".formatted(limit, AwaitedJobs.named(jobs.open())));
          return AwaitedJobs.TIME_OVER;
        }
        if (line.shown() && System.nanoTime() - next >= 0) {
          line.show(progress.of(jobs.open()));
          next = System.nanoTime() + PROGRESS.toNanos();
        }
      }
      return jobs.exitCode();
    }
  }
}
