package dev.imsbridge.poller;

import java.time.Duration;

/**
 * The settings for the decisions of a poller.
 *
 * @param notFoundGrace how long IMS may not know a job before the job counts as lost
 * @param seenGrace the same for a job that IMS has described before; raised to {@code
 *     notFoundGrace} if it is shorter
 * @param expiryGrace how long a watch past its deadline is kept while its GETs fail for reasons
 *     other than the job; counted from the deadline or, if later, from the time this poller could
 *     first request the job
 */
public record EngineSettings(
    Duration notFoundGrace, Duration seenGrace, Duration expiryGrace, Retries retries) {
  public static final EngineSettings DEFAULTS =
      new EngineSettings(
          Duration.ofMinutes(2),
          Duration.ofMinutes(15),
          Duration.ofMinutes(90),
          new Retries(Duration.ofSeconds(1), Duration.ofMinutes(1), 10, 3));

  public EngineSettings {
    seenGrace = seenGrace.compareTo(notFoundGrace) < 0 ? notFoundGrace : seenGrace;
  }

  /**
   * The reaction to failures.
   *
   * @param base the first backoff of a watch, an endpoint or a project after a failure
   * @param cap the longest backoff
   * @param breakerThreshold consecutive failures after which calls to an endpoint stop
   * @param quietFailures a transient or throttling fault of a watch is published only if at least
   *     this number of consecutive faults had its kind
   */
  public record Retries(Duration base, Duration cap, int breakerThreshold, int quietFailures) {}

  public EngineSettings withNotFoundGrace(Duration grace, Duration ofSeenJobs) {
    return new EngineSettings(grace, ofSeenJobs, expiryGrace, retries);
  }
}
