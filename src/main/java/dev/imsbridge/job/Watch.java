package dev.imsbridge.job;

import java.time.Instant;
import java.util.Objects;

/**
 * An instruction of the topology to the pollers: poll this job until the watch is closed.
 *
 * @param jobType the type of the job if IMS has described the job, else null
 * @param generation 1 for the first watch of a job, incremented each time it is opened again;
 *     observations echo it, so that a late one cannot end a newer watch
 * @param openedAt when the watch was opened
 * @param deadlineAt when the poller gives up
 */
public record Watch(
    String jobId,
    String rootJobId,
    ProjectRef project,
    String jobType,
    int generation,
    Instant openedAt,
    Instant deadlineAt) {
  public Watch {
    Objects.requireNonNull(jobId, "jobId");
    Objects.requireNonNull(rootJobId, "rootJobId");
    Objects.requireNonNull(project, "project");
    Objects.requireNonNull(openedAt, "openedAt");
    Objects.requireNonNull(deadlineAt, "deadlineAt");
  }

  /** The watch's key: {@code root}, or {@code root/child} for a sub-job. */
  public String key() {
    return key(rootJobId, jobId);
  }

  public static String key(String rootJobId, String jobId) {
    return rootJobId.equals(jobId) ? rootJobId : rootJobId + "/" + jobId;
  }
}
