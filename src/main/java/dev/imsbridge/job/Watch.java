package dev.imsbridge.job;

import java.time.Instant;
import java.util.Objects;

/**
 * A wish of the topology to the pollers: ask for this job until the watch is taken back.
 *
 * @param jobType the type once IMS has described the job, else null
 * @param generation 1 for the first watch of a job, one more each time it is opened again; an
 *     observation echoes it, so that a late one cannot end a newer watch
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
