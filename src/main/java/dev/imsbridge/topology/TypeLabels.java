package dev.imsbridge.topology;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Converts job types to values of the metric label {@code type}. Job types are an open set, so only
 * the first {@value #MAX_TYPES} types get their own value. Thread-safe.
 */
public final class TypeLabels {
  /** The value for all further types, and for types with a long name. */
  static final String OTHER = "other";

  /** The value for jobs whose type is not known. */
  static final String UNKNOWN = "unknown";

  static final int MAX_TYPES = 32;
  private static final int MAX_LENGTH = 128;

  private final Set<String> types = ConcurrentHashMap.newKeySet();

  /**
   * Returns the value for a type.
   *
   * @param jobType null if unknown
   */
  public String of(String jobType) {
    if (jobType == null) {
      return UNKNOWN;
    }
    if (types.contains(jobType)) {
      return jobType;
    }
    return jobType.length() <= MAX_LENGTH && addIfRoom(jobType) ? jobType : OTHER;
  }

  private synchronized boolean addIfRoom(String jobType) {
    return types.contains(jobType) || (types.size() < MAX_TYPES && types.add(jobType));
  }
}
