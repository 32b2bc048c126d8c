package dev.imsbridge.config;

/** Thrown for an unusable setting. The message is one line without secrets. */
public final class BadSetting extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The key of a fault that may affect any setting, such as an unreadable file. */
  static final String ANY = "";

  private final String key;
  private final String cure;

  /**
   * @param key the name of the setting, or {@link #ANY}
   * @param message one line, without secrets
   * @param cure how to correct the setting
   */
  BadSetting(String key, String message, String cure) {
    super(message);
    this.key = key;
    this.cure = cure;
  }

  public String cure() {
    return cure;
  }

  /** Whether the fault may affect a setting whose name starts with this prefix. */
  boolean concerns(String prefix) {
    return key.equals(ANY) || key.startsWith(prefix);
  }
}
