package dev.imsbridge.job;

import java.util.Objects;

/**
 * The region and the id of a project, as the cloud names them. Together they identify where a job
 * runs.
 */
public record ProjectRef(String region, String projectId) {
  public ProjectRef {
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(projectId, "projectId");
  }
}
