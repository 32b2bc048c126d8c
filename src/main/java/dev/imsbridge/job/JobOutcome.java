package dev.imsbridge.job;

/** How a watched job ended, as published in its completion. */
public enum JobOutcome {
  SUCCEEDED,
  FAILED,
  LOST;

  /**
   * The outcome of a job whose last published status is {@code end}.
   *
   * @throws IllegalArgumentException if {@code end} is not terminal
   */
  public static JobOutcome of(JobStatus end) {
    return switch (end) {
      case SUCCESS -> SUCCEEDED;
      case FAIL -> FAILED;
      case LOST -> LOST;
      case INIT, RUNNING -> throw new IllegalArgumentException(end + " is not an end");
    };
  }
}
