package dev.imsbridge.simulator;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Patterns of job ids that the simulator does not know. In a pattern {@code *} matches any number
 * of characters. Immutable.
 */
final class UnknownIds {
  static final UnknownIds NONE = new UnknownIds(List.of());

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_*-]{1,64}");

  private final List<String[]> patterns;

  private UnknownIds(List<String[]> patterns) {
    this.patterns = patterns;
  }

  /**
   * @throws IllegalArgumentException if a pattern can match no job id
   */
  static UnknownIds of(List<String> patterns) {
    return new UnknownIds(patterns.stream().map(UnknownIds::parts).toList());
  }

  private static String[] parts(String pattern) {
    if (!FORM.matcher(pattern).matches()) {
      throw new IllegalArgumentException(
          "a pattern of unknown job ids has 1 to 64 characters of A-Z a-z 0-9 _ - and *, not '"
              + pattern
              + "'");
    }
    return pattern.split("\\*", -1);
  }

  boolean contains(String jobId) {
    return patterns.stream().anyMatch(parts -> matches(jobId, parts));
  }

  // Finds each part at its first possible place. A regular expression would try all places.
  private static boolean matches(String id, String[] parts) {
    int last = parts.length - 1;
    if (last == 0) {
      return id.equals(parts[0]);
    }
    int from = parts[0].length();
    for (int i = 1; i < last; i++) {
      int at = id.indexOf(parts[i], from);
      if (at < 0) {
        return false;
      }
      from = at + parts[i].length();
    }
    return id.startsWith(parts[0])
        && id.endsWith(parts[last])
        && from <= id.length() - parts[last].length();
  }
}
