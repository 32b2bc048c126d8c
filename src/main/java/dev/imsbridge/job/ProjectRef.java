package dev.imsbridge.job;

import java.util.Objects;

/** A project of a region, by the names the cloud gives them: together they say where a job runs. */
public record ProjectRef(String region, String projectId) {
  public ProjectRef {
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(projectId, "projectId");
  }
}
