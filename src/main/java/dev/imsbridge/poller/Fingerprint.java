package dev.imsbridge.poller;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A digest of the bytes of an answer, to detect an equal answer without keeping it: the first half
 * of its SHA-256.
 */
record Fingerprint(long high, long low) {
  /** The fingerprint of no answer. */
  static final Fingerprint NONE = new Fingerprint(0, 0);

  static Fingerprint of(byte[] bytes) {
    try {
      ByteBuffer digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
      return new Fingerprint(digest.getLong(), digest.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
