package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.kafka.common.header.Header;

/** SHA-256 as lower-case hex. */
public final class Digest {
  private Digest() {}

  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  public static String sha256(String text) {
    return sha256(text.getBytes(UTF_8));
  }

  /**
   * The digest of a whole record: its timestamp in eight bytes, then key, value, and name and value
   * of each header in order, each as its length in four bytes (-1 for null) and its bytes.
   */
  static String record(byte[] key, byte[] value, Header[] headers, long timestamp) {
    MessageDigest digest = sha256();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(timestamp).array());
    add(digest, key);
    add(digest, value);
    for (Header header : headers) {
      add(digest, header.key().getBytes(UTF_8));
      add(digest, header.value());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  // With its length, so that no two lists of parts look alike.
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
