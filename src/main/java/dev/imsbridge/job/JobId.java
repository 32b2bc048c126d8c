package dev.imsbridge.job;

/**
 * The rule for job ids: {@code [A-Za-z0-9_-]{1,64}}, since an id goes into a URL and into record
 * keys. Ids stay plain strings; whatever takes one from outside asks here first.
 */
public final class JobId {
  public static final int MAX_LENGTH = 64;

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
    return true;
  }
}
