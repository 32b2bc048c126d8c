package dev.imsbridge.config;

/**
 * A setting as written by the user.
 *
 * @param text may be a secret: do not show it without checking the key
 * @param origin the source, for messages: {@code --set}, {@code IMSBRIDGE_IMS_REGION}, a file
 */
record RawValue(String key, String text, String origin) {
  /** Returns the fault of this setting. */
  BadSetting fault(String objection, String cure) {
    return new BadSetting(key, "%s (from %s): %s".formatted(key, origin, objection), cure);
  }

  @Override
  public String toString() {
    return key + " from " + origin;
  }
}
