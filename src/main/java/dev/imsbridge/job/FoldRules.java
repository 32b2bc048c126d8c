package dev.imsbridge.job;

import java.time.Duration;

/**
 * The settings of the fold.
 *
 * @param watchDeadline how long a job may take if its request has no deadline
 * @param settleDeadline how long unfinished sub-jobs may take after their root job ended
 * @param maxSubJobs the maximum number of sub-jobs tracked in one tree
 * @param maxDepth the maximum nesting of sub-jobs; direct sub-jobs of the root job have depth 1
 */
public record FoldRules(
    Duration watchDeadline, Duration settleDeadline, int maxSubJobs, int maxDepth) {
  public static final FoldRules DEFAULTS =
      new FoldRules(Duration.ofDays(2), Duration.ofMinutes(10), 256, 8);
}
