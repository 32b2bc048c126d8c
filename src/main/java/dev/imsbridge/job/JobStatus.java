package dev.imsbridge.job;

import java.util.Locale;
import java.util.Optional;

/**
 * Where a job stands: the four statuses of the IMS API, and {@link #LOST}, which only the bridge
 * gives.
 *
 * <p>The lattice is {@code INIT < RUNNING < {SUCCESS, FAIL}}: a job's status only ever rises, and
 * the two ends do not compare. {@code LOST} ends a watch, not the job: IMS never says it, and a job
 * that is asked for again after it was lost goes on from the status IMS last gave.
 */
public enum JobStatus {
  INIT(0),
  RUNNING(1),
  SUCCESS(2),
  FAIL(2),
  LOST(2);

  private final int rank;

  JobStatus(int rank) {
    this.rank = rank;
  }

  /** Whether nothing can follow this status. */
  public boolean terminal() {
    return rank == 2;
  }

  /** Whether a job at this status has come further than one at {@code other}. */
  public boolean above(JobStatus other) {
    return rank > other.rank;
  }

  /**
   * Reads a status as IMS writes it, in any case and with blanks around it.
   *
   * @return empty for null and for every word that is not one of the API's four
   */
  public static Optional<JobStatus> ofApi(String text) {
    if (text == null) {
      return Optional.empty();
    }
    return switch (text.strip().toUpperCase(Locale.ROOT)) {
      case "INIT" -> Optional.of(INIT);
      case "RUNNING" -> Optional.of(RUNNING);
      case "SUCCESS" -> Optional.of(SUCCESS);
      case "FAIL" -> Optional.of(FAIL);
      default -> Optional.empty();
    };
  }
}
