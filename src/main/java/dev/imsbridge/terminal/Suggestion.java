package dev.imsbridge.terminal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests a known name for an unknown one. */
public final class Suggestion {
  private Suggestion() {}

  /**
   * Returns the known name with the fewest edits from {@code name}; empty if each has more than
   * {@code maxEdits}.
   */
  public static Optional<String> nearest(String name, Collection<String> known, int maxEdits) {
    Comparator<String> fewest = Comparator.comparingInt(other -> edits(name, other));
    return known.stream()
        .filter(other -> Math.abs(other.length() - name.length()) <= maxEdits)
        .filter(other -> edits(name, other) <= maxEdits)
        .min(fewest.thenComparing(Comparator.naturalOrder()));
  }

  /**
   * Returns the number of edits between two texts. An edit inserts, deletes or replaces a letter,
   * or swaps two adjacent letters.
   */
  static int edits(String one, String other) {
    int[][] distance = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          distance[i][j] = i + j;
          continue;
        }
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        int least = Math.min(distance[i - 1][j] + 1, distance[i][j - 1] + 1);
        least = Math.min(least, distance[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          least = Math.min(least, distance[i - 2][j - 2] + 1);
        }
        distance[i][j] = least;
      }
    }
    return distance[one.length()][other.length()];
  }
}
