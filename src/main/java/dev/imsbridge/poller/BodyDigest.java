package dev.imsbridge.poller;

import dev.imsbridge.wire.Digest;
import java.util.HexFormat;

/**
 * The first half of the SHA-256 digest of a body, to detect an equal body without keeping it. Two
 * numbers need less memory than text, and each watch has a digest.
 */
record BodyDigest(long high, long low) {
  /** The digest of no body. */
  static final BodyDigest NONE = new BodyDigest(0, 0);

  static BodyDigest of(byte[] body) {
    String hex = Digest.sha256(body);
    return new BodyDigest(
        HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
  }
}
