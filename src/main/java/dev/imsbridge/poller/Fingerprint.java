package dev.imsbridge.poller;

import dev.imsbridge.wire.Digest;
import java.nio.ByteBuffer;

/**
 * A digest of the bytes of an answer, to detect an equal answer without keeping it: the first half
 * of its SHA-256.
 */
record Fingerprint(long high, long low) {
  /** The fingerprint of no answer. */
  static final Fingerprint NONE = new Fingerprint(0, 0);

  static Fingerprint of(byte[] bytes) {
    ByteBuffer digest = ByteBuffer.wrap(Digest.bytes(bytes));
    return new Fingerprint(digest.getLong(), digest.getLong());
  }
}
