package dev.imsbridge.simulator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ids of sub-jobs: the parent's id with the suffix {@code -s1}, {@code -s2} and so on. The id
 * of a sub-job therefore names its parent, and a GET of a sub-job works before any GET of its
 * parent, for example after a restart.
 */
final class SubJobId {
  /** Leaves room for the suffix within the 64 characters of a job id. */
  static final int MAX_PARENT_LENGTH = 58;

  private static final Pattern FORM = Pattern.compile("(.+)-s[1-9][0-9]{0,3}");

  private SubJobId() {}

  static String of(String parent, int number) {
    return parent + "-s" + number;
  }

  /** Returns the parent's id; null if the id does not have the form of a sub-job id. */
  static String parentOf(String id) {
    Matcher form = FORM.matcher(id);
    return form.matches() ? form.group(1) : null;
  }
}
