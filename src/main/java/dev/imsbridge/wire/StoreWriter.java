package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;

/**
 * Writes the fields of a message in the wire format of <a
 * href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers</a>: a number as a
 * varint, a text or a message with its length. A null is not written. Used by one thread.
 */
final class StoreWriter {
  static final int VARINT = 0;
  static final int LENGTH = 2;

  private byte[] bytes = new byte[512];
  private int size;

  private StoreWriter() {}

  /** Writes the fields of a value. */
  interface Fields<T> {
    void write(StoreWriter out, T value);
  }

  /** Returns a value as a whole message. */
  static <T> byte[] message(T value, Fields<T> fields) {
    StoreWriter out = new StoreWriter();
    fields.write(out, value);
    return Arrays.copyOf(out.bytes, out.size);
  }

  <T> void message(int field, T value, Fields<T> fields) {
    if (value == null) {
      return;
    }
    tag(field, LENGTH);
    // The length precedes the message and is known after it. Most take one byte for their length.
    reserve(1);
    int start = ++size;
    fields.write(this, value);
    int length = size - start;
    int more = width(length) - 1;
    if (more > 0) {
      reserve(more);
      System.arraycopy(bytes, start, bytes, start + more, length);
    }
    size = start - 1;
    varint(length);
    size += length;
  }

  <T> void messages(int field, Collection<T> values, Fields<T> fields) {
    values.forEach(value -> message(field, value, fields));
  }

  void text(int field, String value) {
    if (value != null) {
      byte[] text = value.getBytes(UTF_8);
      tag(field, LENGTH);
      varint(text.length);
      reserve(text.length);
      System.arraycopy(text, 0, bytes, size, text.length);
      size += text.length;
    }
  }

  void texts(int field, Collection<String> values) {
    values.forEach(value -> text(field, value));
  }

  /** Writes the name of a constant, so that constants can be reordered. */
  void name(int field, Enum<?> value) {
    text(field, value == null ? null : value.name());
  }

  void number(int field, long value) {
    tag(field, VARINT);
    varint(value);
  }

  void flag(int field, boolean value) {
    number(field, value ? 1 : 0);
  }

  /** Writes the milliseconds since 1970, or a finer time as text. */
  void time(int field, Instant value) {
    if (value == null) {
      return;
    }
    if (value.equals(value.truncatedTo(ChronoUnit.MILLIS))) {
      number(field, value.toEpochMilli());
    } else {
      text(field, value.toString());
    }
  }

  private void tag(int field, int type) {
    varint((long) field << 3 | type);
  }

  private void varint(long value) {
    reserve(10);
    long left = value;
    while ((left & ~0x7fL) != 0) {
      bytes[size++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[size++] = (byte) left;
  }

  private static int width(int value) {
    return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(value) + 6) / 7);
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }
}
