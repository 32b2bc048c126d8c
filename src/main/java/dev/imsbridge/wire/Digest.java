package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;

/** Computes SHA-256 digests, as lower-case hex unless stated otherwise. */
public final class Digest {
  private static final MessageDigest EMPTY = empty();
  private static final HexFormat HEX = HexFormat.of();

  private Digest() {}

  /** Returns the 32 bytes of a digest. */
  public static byte[] bytes(byte[] bytes) {
    return sha256().digest(bytes);
  }

  public static String sha256(byte[] bytes) {
    return HEX.formatHex(bytes(bytes));
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
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + size(key) + size(value) + size(headers))
            .putLong(timestamp);
    add(bytes, key);
    add(bytes, value);
    return headers(bytes, headers);
  }

  /** The digest of the headers of a record in their order, each part as in {@link #record}. */
  public static String headers(Iterable<Header> headers) {
    return headers(ByteBuffer.allocate(size(headers)), headers);
  }

  private static String headers(ByteBuffer bytes, Iterable<Header> headers) {
    for (Header header : headers) {
      add(bytes, header.key().getBytes(UTF_8));
      add(bytes, header.value());
    }
    MessageDigest digest = sha256();
    digest.update(bytes.flip());
    return HEX.formatHex(digest.digest());
  }

  // Includes the length, so that different lists of parts never give the same bytes.
  private static void add(ByteBuffer bytes, byte[] part) {
    bytes.putInt(part == null ? -1 : part.length);
    if (part != null) {
      bytes.put(part);
    }
  }

  private static int size(byte[] part) {
    return Integer.BYTES + (part == null ? 0 : part.length);
  }

  private static int size(Iterable<Header> headers) {
    int size = 0;
    for (Header header : headers) {
      size += Integer.BYTES + Utils.utf8Length(header.key()) + size(header.value());
    }
    return size;
  }

  // Cloning takes a tenth of the time of MessageDigest.getInstance.
  private static MessageDigest sha256() {
    try {
      return (MessageDigest) EMPTY.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this Java runtime cannot clone a SHA-256 digest", e);
    }
  }

  private static MessageDigest empty() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }
}
