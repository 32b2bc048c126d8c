package dev.imsbridge.history;

import java.io.PrintStream;
import java.util.Arrays;

/**
 * Bytes that are put together to be printed: a {@code ByteArrayOutputStream} that takes no lock for
 * each byte and hands its bytes on without a copy. Owned by one thread.
 */
public final class LineBuffer {
  private byte[] bytes = new byte[1 << 16];
  private int size;

  public int size() {
    return size;
  }

  /** Adds one byte. */
  void add(char ascii) {
    reserve(1);
    bytes[size++] = (byte) ascii;
  }

  /** Adds all bytes. */
  public void add(byte[] text) {
    reserve(text.length);
    System.arraycopy(text, 0, bytes, size, text.length);
    size += text.length;
  }

  /** Forgets what came after the first so many. */
  void cut(int to) {
    size = to;
  }

  /** Prints everything and is empty. */
  public void print(PrintStream out) {
    out.write(bytes, 0, size);
    size = 0;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(size, more)));
    }
  }
}
