package dev.imsbridge.simulator;

/**
 * The ids of sub-jobs: the parent's id with the suffix {@code -s1}, {@code -s2} and so on. The id
 * of a sub-job therefore names its parent, and a GET of a sub-job works before any GET of its
 * parent, for example after a restart.
 */
final class SubJobId {
  /** Leaves room for the suffix within the 64 characters of a job id. */
  static final int MAX_PARENT_LENGTH = 58;

  private static final int MAX_DIGITS = 4;

  private SubJobId() {}

  static String of(String parent, int number) {
    return parent + "-s" + number;
  }

  /** Returns the parent's id; null if the id does not have the form of a sub-job id. */
  static String parentOf(String id) {
    int mark = id.lastIndexOf("-s");
    int digits = id.length() - mark - 2;
    if (mark < 1 || digits < 1 || digits > MAX_DIGITS || id.charAt(mark + 2) == '0') {
      return null;
    }
    for (int i = mark + 2; i < id.length(); i++) {
      if (id.charAt(i) < '0' || id.charAt(i) > '9') {
        return null;
      }
    }
    return id.substring(0, mark);
  }
}
