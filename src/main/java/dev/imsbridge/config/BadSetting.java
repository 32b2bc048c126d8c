package dev.imsbridge.config;

/** Thrown for an unusable setting. The message is one line without secrets. */
public final class BadSetting extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Key of faults after which any setting may be missing. */
  static final String ANY = "";

  private final String key;
  private final String cure;

  /**
   * @param key the name of the setting, or {@link #ANY}
   * @param line the message: one line, without secrets
   * @param cure how to correct the setting
   */
  BadSetting(String key, String line, String cure) {
    super(line);
    this.key = key;
    this.cure = cure;
  }

  public String cure() {
    return cure;
  }

  /** Whether settings whose names start with this prefix are incomplete or wrong. */
  boolean concerns(String prefix) {
    return key.equals(ANY) || key.startsWith(prefix);
  }
}
