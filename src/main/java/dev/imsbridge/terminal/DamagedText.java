package dev.imsbridge.terminal;

/**
 * Detects arguments and environment variables that lost characters. Java decodes them with the
 * charset of the locale and replaces undecodable bytes with U+FFFD, which cannot be undone.
 */
public final class DamagedText {
  public static final String REASON =
      "holds characters that the charset of the locale (%s) cannot decode; set LC_ALL=C.UTF-8"
          .formatted(System.getProperty("sun.jnu.encoding"));

  private DamagedText() {}

  public static boolean in(String text) {
    return text.indexOf('\ufffd') >= 0;
  }
}
