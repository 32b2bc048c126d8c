package dev.imsbridge.cli;

/**
 * Detects arguments and environment variables that lost characters. Java decodes them with the
 * charset of the locale and replaces undecodable bytes with U+FFFD, which cannot be undone.
 */
final class DamagedText {
  static final String REASON =
      "holds characters that the charset of the locale, %s, lacks; set LC_ALL=C.UTF-8"
          .formatted(System.getProperty("sun.jnu.encoding"));

  private DamagedText() {}

  static boolean in(String text) {
    return text.indexOf('\ufffd') >= 0;
  }
}
