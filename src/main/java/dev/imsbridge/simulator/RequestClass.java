package dev.imsbridge.simulator;

import java.util.Locale;

/** What a request was about, for the statistics. */
public enum RequestClass {
  /** {@code /v1/{project_id}/jobs/{job_id}}. */
  JOB,
  /** {@code /v1/cloudimages/job/{job_id}}. */
  CLOUDIMAGES_JOB,
  TOKEN,
  METADATA,
  /** The simulator's own endpoints. */
  SIMULATOR,
  UNKNOWN_PATH;

  /** The word for it in JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
