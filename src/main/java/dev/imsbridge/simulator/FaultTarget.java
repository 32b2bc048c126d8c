package dev.imsbridge.simulator;

/** Which requests a fault can meet. */
public enum FaultTarget {
  /** GETs of jobs, on both paths. */
  JOBS,
  /** IAM's token endpoint. */
  TOKENS,
  /** The instance metadata service. */
  METADATA
}
