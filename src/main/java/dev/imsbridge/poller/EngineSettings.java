package dev.imsbridge.poller;

import java.time.Duration;

/**
 * The settings of what a poller decides.
 *
 * @param notFoundGrace how long IMS may not know a job before it counts as lost
 * @param seenGrace the same for a job that IMS has described before; never less
 * @param expiryGrace how long a watch past its deadline is kept while its GETs fail for no fault of
 *     the job, from its deadline or, if this is later, from when this poller could first ask
 * @param retryBase the first backoff of a watch, an endpoint or a project in trouble
 * @param retryCap the longest one
 * @param breakerThreshold failures in a row after which an endpoint is spared
 * @param quietFailures failures in a row of a watch before it is said that its GETs fail
 */
public record EngineSettings(
    Duration notFoundGrace,
    Duration seenGrace,
    Duration expiryGrace,
    Duration retryBase,
    Duration retryCap,
    int breakerThreshold,
    int quietFailures) {
  public static final EngineSettings DEFAULTS =
      new EngineSettings(
          Duration.ofMinutes(2),
          Duration.ofMinutes(15),
          Duration.ofMinutes(90),
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          10,
          3);

  public EngineSettings {
    seenGrace = seenGrace.compareTo(notFoundGrace) < 0 ? notFoundGrace : seenGrace;
  }

  public EngineSettings withNotFoundGrace(Duration grace, Duration ofSeenJobs) {
    return new EngineSettings(
        grace, ofSeenJobs, expiryGrace, retryBase, retryCap, breakerThreshold, quietFailures);
  }

  public EngineSettings withRetries(Duration base, Duration cap) {
    return new EngineSettings(
        notFoundGrace, seenGrace, expiryGrace, base, cap, breakerThreshold, quietFailures);
  }
}
