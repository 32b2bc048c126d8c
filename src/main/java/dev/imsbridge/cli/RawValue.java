package dev.imsbridge.cli;

/**
 * A setting as it was written down.
 *
 * @param text may be a secret: only ever shown after asking whether its key holds one
 * @param origin where it stands, for messages: {@code --set}, {@code IMSBRIDGE_IMS_REGION}, a file
 */
record RawValue(String text, String origin) {
  @Override
  public String toString() {
    return "from " + origin;
  }
}
