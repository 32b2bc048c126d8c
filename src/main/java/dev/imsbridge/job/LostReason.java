package dev.imsbridge.job;

/** Why the bridge gave a job up. */
public enum LostReason {
  /** IMS did not know the job for longer than the grace period. */
  NOT_FOUND,
  /** The job had not ended when its deadline passed. */
  EXPIRED,
  /** Whoever asked for the job took the request back. */
  CANCELLED
}
