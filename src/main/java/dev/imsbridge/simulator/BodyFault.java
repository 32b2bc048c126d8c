package dev.imsbridge.simulator;

/** A way in which the body of an answer is well-formed but wrong or unusual. */
enum BodyFault {
  NONE,
  /** The job's previous status. */
  STALE,
  /** SUCCESS for a job that failed, and FAIL for a job that succeeded. */
  CONTRADICTION,
  /** An undocumented status, until the job ends. */
  UNKNOWN_STATUS,
  /** The {@code job_id} of another job. */
  OTHER_JOB,
  /** A correct answer in the unusual forms of old and foreign endpoints. */
  QUIRKS
}
