package dev.imsbridge.simulator;

/** The requests that can meet a fault. */
public enum FaultTarget {
  /** GETs of jobs, on both paths. */
  JOBS,
  /** IAM's token endpoint. */
  TOKENS,
  /** The instance metadata service. */
  METADATA
}
