package dev.imsbridge.web.api;

/**
 * Paths, parameters and headers of the API between instances of one bridge. It is not part of the
 * public API and requires the token or a signature of an instance.
 */
public final class InternalPaths {
  public static final String PREFIX = "/internal/v1/";
  public static final String JOBS = PREFIX + "jobs";
  static final String TREES = PREFIX + "trees";
  static final String STATUS = PREFIX + "status";
  static final String POLLS = PREFIX + "polls";
  static final String PARTITION_STATES = PREFIX + "partitions";

  /** The query parameter that selects the lookup: {@link #ROOT} or {@link #SUB_JOB}. */
  static final String AS = "as";

  static final String ROOT = "root";
  static final String SUB_JOB = "sub-job";

  /** The response header that lists the partitions that were searched without a match. */
  static final String PARTITIONS = "imsbridge-partitions";

  private InternalPaths() {}
}
