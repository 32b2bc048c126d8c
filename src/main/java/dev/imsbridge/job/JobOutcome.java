package dev.imsbridge.job;

/** How a watched job ended, in the one completion each watched job gets. */
public enum JobOutcome {
  SUCCEEDED,
  FAILED,
  LOST;

  /** The outcome of a job whose last published status is this one. */
  public static JobOutcome of(JobStatus end) {
    return switch (end) {
      case SUCCESS -> SUCCEEDED;
      case FAIL -> FAILED;
      case LOST -> LOST;
      case INIT, RUNNING -> throw new IllegalArgumentException(end + " is not an end");
    };
  }
}
