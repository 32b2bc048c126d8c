package dev.imsbridge.history;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looking into bytes without decoding them. */
final class Bytes {
  // Eight bytes at once, each with the same arithmetic: see "Bit Twiddling Hacks", haszero and
  // less.
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private Bytes() {}

  /** Whether {@code part} occurs in {@code all}; not in null. */
  static boolean contain(byte[] all, byte[] part) {
    int last = all == null ? -1 : all.length - part.length;
    for (int at = 0; at <= last; at++) {
      int i = 0;
      while (i < part.length && all[at + i] == part[i]) {
        i++;
      }
      if (i == part.length) {
        return true;
      }
    }
    return false;
  }

  /** Whether a control character of ASCII is among them, such as a line's end. */
  static boolean control(byte[] text) {
    int at = 0;
    for (; at + Long.BYTES <= text.length; at += Long.BYTES) {
      if (below((long) EIGHT.get(text, at), ' ') != 0) {
        return true;
      }
    }
    for (; at < text.length; at++) {
      if (text[at] >= 0 && text[at] < ' ') {
        return true;
      }
    }
    return false;
  }

  /** Whether they are printable ASCII that can stand between quotes in JSON as it is. */
  static boolean plain(byte[] text) {
    int at = 0;
    for (; at + Long.BYTES <= text.length; at += Long.BYTES) {
      long each = (long) EIGHT.get(text, at);
      long odd =
          below(each, ' ')
              | (each & HIGHS)
              | below(each ^ ONES * '"', 1)
              | below(each ^ ONES * '\\', 1)
              | below(each ^ ONES * 0x7f, 1);
      if (odd != 0) {
        return false;
      }
    }
    for (; at < text.length; at++) {
      byte each = text[at];
      if (each < ' ' || each > '~' || each == '"' || each == '\\') {
        return false;
      }
    }
    return true;
  }

  // Not zero when one of eight bytes is below the limit, which is at most 128.
  private static long below(long eight, int limit) {
    return (eight - ONES * limit) & ~eight & HIGHS;
  }
}
