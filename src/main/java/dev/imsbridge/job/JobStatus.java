package dev.imsbridge.job;

import java.util.Locale;
import java.util.Optional;

/**
 * The status of a job: the four statuses of the IMS API, and {@link #LOST}, which only the bridge
 * assigns.
 *
 * <p>The lattice is {@code INIT < RUNNING < {SUCCESS, FAIL}}. The status of a job only rises, and
 * the two ends are not comparable. {@code LOST} ends a watch, not the job: IMS never reports it,
 * and a job that is requested again after it was lost continues from the status that IMS last
 * reported.
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

  /** Whether no status can follow this one. */
  public boolean terminal() {
    return rank == 2;
  }

  /** Whether this status ranks higher than {@code other}. False for two terminal statuses. */
  public boolean above(JobStatus other) {
    return rank > other.rank;
  }

  /**
   * Parses a status of the API, ignoring case and surrounding blanks.
   *
   * @return empty for null and for any word that is not one of the API's four
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
