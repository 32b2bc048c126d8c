package dev.imsbridge.config;

/**
 * A setting as written by the user.
 *
 * @param text may be a secret: do not show it without checking its key
 * @param origin the source, for messages: {@code --set}, {@code IMSBRIDGE_IMS_REGION}, a file
 */
record RawValue(String text, String origin) {
  @Override
  public String toString() {
    return "from " + origin;
  }
}
