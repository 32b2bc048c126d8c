package dev.imsbridge.job;

import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An accepted request to watch a job. Its limits are checked and its project is resolved.
 *
 * @param labels at most {@value #MAX_LABELS}; copied to every event of the job; sorted, so that
 *     equal requests give equal bytes
 * @param deadline how long the job may take, counted from the request; null for the bridge's
 *     default
 * @param correlation the headers that are copied to every event of the job
 */
public record JobRequest(
    String jobId,
    ProjectRef project,
    SortedMap<String, String> labels,
    Duration deadline,
    Correlation correlation) {
  public static final int MAX_LABELS = 16;
  public static final int MAX_LABEL_LENGTH = 256;

  public JobRequest {
    Objects.requireNonNull(jobId, "jobId");
    Objects.requireNonNull(project, "project");
    Objects.requireNonNull(correlation, "correlation");
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /** The same request for the job in another project. */
  JobRequest in(ProjectRef other) {
    return new JobRequest(jobId, other, labels, deadline, correlation);
  }

  /** W3C trace context and the caller's correlation id; each is null if the request had none. */
  public record Correlation(String traceparent, String tracestate, String correlationId) {
    public static final Correlation NONE = new Correlation(null, null, null);
  }
}
