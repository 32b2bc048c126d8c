package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;

/**
 * Reads the fields of messages that {@link StoreWriter} wrote. Used by one thread.
 *
 * <p>Methods throw an {@link IllegalArgumentException} if the bytes end early or are not such a
 * message.
 */
final class StoreReader {
  private final byte[] bytes;
  private int at;
  private int end;
  private int type;

  private StoreReader(byte[] bytes) {
    this.bytes = bytes;
    end = bytes.length;
  }

  /** Reads the fields of a value, from {@link #next} until it returns 0. */
  interface Fields<T> {
    T read(StoreReader in);
  }

  /** Reads a whole message. */
  static <T> T message(byte[] bytes, Fields<T> fields) {
    return fields.read(new StoreReader(bytes));
  }

  /** Moves to the next field of the message and returns its number; 0 at the end. */
  int next() {
    if (at == end) {
      return 0;
    }
    long tag = varint();
    type = (int) (tag & 7);
    int field = (int) (tag >>> 3);
    if (field == 0) {
      throw malformed();
    }
    return field;
  }

  /** Skips a field that another version has added. */
  void skip() {
    if (type == StoreWriter.VARINT) {
      varint();
    } else {
      int length = length();
      at += length;
    }
  }

  <T> T message(Fields<T> fields) {
    int outer = end;
    int length = length();
    end = at + length;
    T value = fields.read(this);
    end = outer;
    return value;
  }

  String text() {
    int length = length();
    String text = new String(bytes, at, length, UTF_8);
    at += length;
    return text;
  }

  <E extends Enum<E>> E name(Class<E> constants) {
    return Enum.valueOf(constants, text());
  }

  long number() {
    if (type != StoreWriter.VARINT) {
      throw malformed();
    }
    return varint();
  }

  int integer() {
    return (int) number();
  }

  boolean flag() {
    return number() != 0;
  }

  Instant time() {
    return type == StoreWriter.VARINT ? Instant.ofEpochMilli(varint()) : TimeRange.parse(text());
  }

  // Also checks that a text or a message ends within the message around it.
  private int length() {
    long length = type == StoreWriter.LENGTH ? varint() : -1;
    if (length < 0 || length > end - at) {
      throw malformed();
    }
    return (int) length;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at == end) {
        throw malformed();
      }
      byte next = bytes[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed();
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException("not a message of the store");
  }
}
