package dev.imsbridge.job;

/**
 * Computes the size of a text in a JSON string, in bytes of UTF-8. The result is never below the
 * true size. All limits on texts that the bridge writes use this size, because a control character
 * has one character in memory and six bytes in JSON.
 */
public final class JsonSize {
  private static final int LARGEST = 6;

  private JsonSize() {}

  /** Returns the size of a text, without the quotes. */
  public static int of(String text) {
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      size += of(text.charAt(i));
    }
    return size;
  }

  /** Whether a text has more than {@code max} bytes. */
  public static boolean exceeds(String text, int max) {
    return text.length() > max / LARGEST && of(text) > max;
  }

  /**
   * Returns the longest prefix of a text that has at most {@code max} bytes. Never splits a
   * surrogate pair. Returns null for null.
   */
  public static String cut(String text, int max) {
    if (text == null || text.length() <= max / LARGEST) {
      return text;
    }
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      size += of(text.charAt(i));
      if (size > max) {
        boolean pair = i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
        return text.substring(0, pair ? i - 1 : i);
      }
    }
    return text;
  }

  private static int of(char c) {
    if (c < 0x20) {
      return LARGEST;
    }
    if (c < 0x80) {
      return c == '"' || c == '\\' ? 2 : 1;
    }
    // A surrogate pair takes four bytes, two for each half.
    return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
  }
}
