package dev.imsbridge.simulator;

/** A way in which an answer is well-formed and yet not what it should be. */
enum BodyFault {
  NONE,
  /** What the job was one status ago. */
  STALE,
  /** The other end than the true one, once the job has ended. */
  CONTRADICTION,
  /** A status that nobody documented, while the job has not ended. */
  UNKNOWN_STATUS,
  /** The answer about another job. */
  OTHER_JOB,
  /** True, but in the odd forms that old and foreign endpoints are seen to use. */
  QUIRKS
}
