package dev.imsbridge.service;

/**
 * The result of one check of {@code imsbridge doctor}.
 *
 * @param text one line, without secrets
 * @param cure how to correct it; null if there is nothing to correct
 */
public record Finding(Level level, String subject, String text, String cure) {

  public enum Level {
    OK,
    /** The bridge runs, but the user should correct it. */
    WARN,
    /** The bridge does not start, or will stop. */
    FAIL
  }

  /** Returns text and cure in one line. */
  String line() {
    return text + ": " + cure;
  }

  public static Finding ok(String subject, String text) {
    return new Finding(Level.OK, subject, text, null);
  }

  public static Finding warn(String subject, String text, String cure) {
    return new Finding(Level.WARN, subject, text, cure);
  }

  public static Finding fail(String subject, String text, String cure) {
    return new Finding(Level.FAIL, subject, text, cure);
  }
}
