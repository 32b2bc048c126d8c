package dev.imsbridge.history.replay;

import java.io.PrintStream;
import java.util.Arrays;

/**
 * A buffer for output. Unlike {@code ByteArrayOutputStream}, it takes no lock for each byte and
 * prints its bytes without a copy. Owned by one thread.
 */
public final class LineBuffer {
  private byte[] bytes = new byte[1 << 16];
  private int size;

  public int size() {
    return size;
  }

  /** Appends one ASCII character. */
  void add(char ascii) {
    reserve(1);
    bytes[size++] = (byte) ascii;
  }

  /** Appends all bytes. */
  public void add(byte[] text) {
    reserve(text.length);
    System.arraycopy(text, 0, bytes, size, text.length);
    size += text.length;
  }

  /** Truncates the buffer to the first {@code to} bytes. */
  void cut(int to) {
    size = to;
  }

  /** Prints the buffer and clears it. */
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
