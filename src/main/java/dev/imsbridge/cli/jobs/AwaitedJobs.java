package dev.imsbridge.cli.jobs;

import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.terminal.CommandFailure;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The jobs that a command waits for, and the exit code that their outcomes give it. docs/cli.md has
 * the table of exit codes. Owned by one thread.
 */
public final class AwaitedJobs {
  /** Exit code: a job was lost. */
  public static final int LOST = 4;

  /** Exit code: a job had not ended at the timeout. */
  static final int TIME_OVER = 5;

  private static final int NAMED = 3;

  private final Set<String> open;
  private final boolean endless;
  private final Set<JobOutcome> outcomes = EnumSet.noneOf(JobOutcome.class);

  /**
   * @param ids empty to wait without end
   */
  AwaitedJobs(Collection<String> ids) {
    open = new HashSet<>(ids);
    endless = ids.isEmpty();
  }

  /** Returns a copy of the ids of the jobs that have not ended. */
  Set<String> open() {
    return new TreeSet<>(open);
  }

  boolean allEnded() {
    return open.isEmpty() && !endless;
  }

  boolean awaits(String jobId) {
    return open.contains(jobId);
  }

  /** Records the end of a job. Only the first end counts. */
  void ended(String jobId, JobOutcome outcome) {
    if (open.remove(jobId)) {
      outcomes.add(outcome);
    }
  }

  /** Returns the exit code of the worst outcome. */
  int exitCode() {
    return outcomes.contains(JobOutcome.LOST)
        ? LOST
        : outcomes.contains(JobOutcome.FAILED) ? CommandFailure.FAULT : 0;
  }

  /** Names some of the jobs, and counts the others. */
  static String named(Collection<String> jobs) {
    String some = jobs.stream().limit(NAMED).collect(Collectors.joining(", "));
    return jobs.size() <= NAMED ? some : some + " and " + (jobs.size() - NAMED) + " more";
  }
}
