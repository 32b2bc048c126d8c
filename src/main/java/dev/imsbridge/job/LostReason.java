package dev.imsbridge.job;

/** Why the bridge gave up a job. */
public enum LostReason {
  /** IMS did not know the job for longer than the grace period. */
  NOT_FOUND,
  /** The job had not ended when its deadline passed. */
  EXPIRED,
  /** The request was cancelled. */
  CANCELLED
}
