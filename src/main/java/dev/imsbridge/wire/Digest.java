package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.kafka.common.header.Header;

/** Computes SHA-256 digests, as lower-case hex unless stated otherwise. */
public final class Digest {
  private Digest() {}

  /** Returns the 32 bytes of a digest. */
  public static byte[] bytes(byte[] bytes) {
    return sha256().digest(bytes);
  }

  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(bytes(bytes));
  }

  public static String sha256(String text) {
    return sha256(text.getBytes(UTF_8));
  }

  /** Returns the first half of a digest, which is enough to tell texts apart. */
  public static String half(byte[] bytes) {
    return sha256(bytes).substring(0, 32);
  }

  public static String half(String text) {
    return half(text.getBytes(UTF_8));
  }

  /**
   * The digest of a whole record: the timestamp in 8 bytes, then the key, the value, and name and
   * value of each header in order. Each part is its length in 4 bytes, -1 for null, followed by its
   * bytes.
   */
  public static String record(byte[] key, byte[] value, Iterable<Header> headers, long timestamp) {
    MessageDigest digest = sha256();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(timestamp).array());
    add(digest, key);
    add(digest, value);
    return headers(digest, headers);
  }

  /** The digest of the headers of a record in their order, each part as in {@link #record}. */
  public static String headers(Iterable<Header> headers) {
    return headers(sha256(), headers);
  }

  private static String headers(MessageDigest digest, Iterable<Header> headers) {
    for (Header header : headers) {
      add(digest, header.key().getBytes(UTF_8));
      add(digest, header.value());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  // Includes the length, so that different lists of parts never give the same bytes.
  private static void add(MessageDigest digest, byte[] bytes) {
    int length = bytes == null ? -1 : bytes.length;
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
    if (bytes != null) {
      digest.update(bytes);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
