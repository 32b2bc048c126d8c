package dev.imsbridge.job;

import java.util.Locale;
import java.util.Set;

/**
 * The rule for job ids: {@code [A-Za-z0-9_-]{1,64}}, because an id goes into a URL and into record
 * keys, and no word that a program writes for an absent value. Ids stay plain strings; code that
 * takes one from outside asks here first.
 */
public final class JobId {
  /** The rule as error messages state it. */
  public static final String FORM =
      "1 to 64 of A-Z a-z 0-9 _ -, and not null, undefined, none or nil";

  public static final int MAX_LENGTH = 64;

  /** The absent value of JavaScript, Java, Python, Ruby and Go, when it is put into a text. */
  private static final Set<String> ABSENT = Set.of("null", "undefined", "none", "nil");

  private JobId() {}

  /** Whether {@code text} may stand for a job; false for null. */
  public static boolean valid(String text) {
    if (text == null || text.isEmpty() || text.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '-';
      if (!allowed) {
        return false;
      }
    }
    return !ABSENT.contains(text.toLowerCase(Locale.ROOT));
  }
}
