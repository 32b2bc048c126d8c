package dev.imsbridge.simulator;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The kinds of requests that the statistics count. */
public enum RequestClass {
  /** {@code GET /v1/{project_id}/jobs/{job_id}}. */
  JOB,
  /** {@code GET /v1/cloudimages/job/{job_id}}. */
  CLOUDIMAGES_JOB,
  /** {@code POST /v3/auth/tokens}. */
  TOKEN,
  /** {@code GET /openstack/latest/securitykey}. */
  METADATA,
  /** The control API under {@code /simulator}. */
  SIMULATOR,
  UNKNOWN_PATH;

  /** The name in JSON, such as {@code unknown_path}. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
