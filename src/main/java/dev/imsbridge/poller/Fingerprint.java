package dev.imsbridge.poller;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Stands for the bytes of an answer, so that an equal one is recognized without keeping it: the
 * first half of their SHA-256.
 */
record Fingerprint(long high, long low) {
  /** Of no bytes at all: equal to no answer's. */
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
