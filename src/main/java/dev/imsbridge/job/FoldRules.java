package dev.imsbridge.job;

import java.time.Duration;

/**
 * The settings of the fold.
 *
 * @param watchDeadline how long a job may take when its request does not say
 * @param settleDeadline how long sub-jobs that were unfinished when their root job ended may take
 * @param maxSubJobs how many sub-jobs of one tree are followed
 * @param maxDepth how deep sub-jobs may nest; the root job's own sub-jobs are at depth 1
 */
public record FoldRules(
    Duration watchDeadline, Duration settleDeadline, int maxSubJobs, int maxDepth) {
  public static final FoldRules DEFAULTS =
      new FoldRules(Duration.ofDays(2), Duration.ofMinutes(10), 256, 8);
}
