package dev.imsbridge.simulator;

/** The three forms in which IMS and related services list the sub-jobs of a job. */
public enum SubJobListing {
  /** {@code sub_jobs_result} with their answers and {@code sub_jobs_list} with their ids. */
  RESULT,
  /** {@code sub_jobs_list} with their ids only; each needs a separate GET. */
  LIST,
  /** {@code sub_jobs} with their answers and {@code sub_jobs_total}, as in ECS. */
  ECS
}
