package dev.imsbridge.cli;

/** A setting that cannot be used; the message is one line without secrets. */
final class BadSetting extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For faults after which any setting may be missing. */
  static final String ANY = "";

  private final String key;
  private final String cure;

  /**
   * @param key the name of the setting, or {@link #ANY}
   */
  BadSetting(String key, String line, String cure) {
    super(line);
    this.key = key;
    this.cure = cure;
  }

  String cure() {
    return cure;
  }

  /** Whether settings whose names begin so are incomplete or wrong. */
  boolean concerns(String prefix) {
    return key.equals(ANY) || key.startsWith(prefix);
  }
}
