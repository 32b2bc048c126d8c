package dev.imsbridge.job;

/**
 * Sizes of texts within a JSON string, in bytes of UTF-8. Every limit on a text that the bridge
 * writes is of this size, because a control character takes one character to read and six bytes to
 * write. Never below the true size.
 */
public final class JsonSize {
  private static final int LARGEST = 6;

  private JsonSize() {}

  /** The size of a text. */
  public static int of(String text) {
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      size += of(text.charAt(i));
    }
    return size;
  }

  /**
   * Shortens a text to its longest beginning of at most {@code max} bytes; never splits a surrogate
   * pair. Returns null for null.
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
    // A surrogate pair takes four bytes.
    return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
  }
}
