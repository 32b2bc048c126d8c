package dev.imsbridge.cli;

/**
 * What the doctor found out about one thing.
 *
 * @param text one line, free of secrets
 * @param cure what to do about it; null when nothing has to be done
 */
record Finding(Level level, String subject, String text, String cure) {

  enum Level {
    OK,
    /** The bridge runs, but somebody should look. */
    WARN,
    /** The bridge does not run, or not for long. */
    FAIL
  }

  /** In one line, for a command that ends with it or warns of it. */
  String line() {
    return text + ": " + cure;
  }

  static Finding ok(String subject, String text) {
    return new Finding(Level.OK, subject, text, null);
  }

  static Finding warn(String subject, String text, String cure) {
    return new Finding(Level.WARN, subject, text, cure);
  }

  static Finding fail(String subject, String text, String cure) {
    return new Finding(Level.FAIL, subject, text, cure);
  }
}
