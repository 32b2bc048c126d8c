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

  /** Stars, and the part between them and the next ones. */
  private static final Pattern STARS = Pattern.compile("\\*+(?:([^*]+)(?=\\*))?");

  private final List<Pattern> patterns;

  private UnknownIds(List<Pattern> patterns) {
    this.patterns = patterns;
  }

  /**
   * @throws IllegalArgumentException if a pattern can match no job id
   */
  static UnknownIds of(List<String> patterns) {
    return new UnknownIds(patterns.stream().map(UnknownIds::compile).toList());
  }

  // The groups are atomic: each part is found at its first possible place, and no other is tried.
  private static Pattern compile(String pattern) {
    if (!FORM.matcher(pattern).matches()) {
      throw new IllegalArgumentException(
          "a pattern of unknown job ids has 1 to 64 characters of A-Z a-z 0-9 _ - and *, not '"
              + pattern
              + "'");
    }
    String regex =
        STARS
            .matcher(pattern)
            .replaceAll(stars -> stars.group(1) == null ? ".*" : "(?>.*?" + stars.group(1) + ")");
    return Pattern.compile(regex);
  }

  boolean contains(String jobId) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(jobId).matches());
  }
}
