package dev.imsbridge.job;

import java.util.Locale;
import java.util.Set;

/**
 * The rule for job ids: {@code [A-Za-z0-9_-]{1,64}}, except the words that programs write for an
 * absent value. The characters are limited because an id is part of URLs and record keys. Ids are
 * plain strings. Code that receives an id from outside must check it with {@link #valid}.
 */
public final class JobId {
  /** The rule as text for error messages. */
  public static final String FORM =
      "1 to 64 of A-Z a-z 0-9 _ -, and not null, undefined, none or nil";

  public static final int MAX_LENGTH = 64;

  /** The absent value of JavaScript, Java, Python, Ruby and Go, as text. */
  private static final Set<String> ABSENT = Set.of("null", "undefined", "none", "nil");

  private JobId() {}

  /** Whether {@code text} is a valid job id; false for null. */
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
