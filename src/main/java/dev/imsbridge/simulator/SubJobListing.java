package dev.imsbridge.simulator;

/** How an answer lists its sub-jobs; IMS and its siblings know three ways. */
public enum SubJobListing {
  /** {@code sub_jobs_result} describes them and {@code sub_jobs_list} names them. */
  RESULT,
  /** {@code sub_jobs_list} names them, and each has to be asked for by itself. */
  LIST,
  /** {@code sub_jobs} and {@code sub_jobs_total}: the dialect of ECS. */
  ECS
}
