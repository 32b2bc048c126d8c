package dev.imsbridge.history;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searches bytes without decoding them. */
public final class Bytes {
  // Processes eight bytes at once with the same arithmetic: see haszero and hasless in "Bit
  // Twiddling Hacks".
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private Bytes() {}

  /** Whether {@code part} occurs in {@code all}. False if {@code all} is null. */
  public static boolean contain(byte[] all, byte[] part) {
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

  /** Whether the text contains an ASCII control character, such as a line break. */
  public static boolean control(byte[] text) {
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

  /** Whether the text is printable ASCII that needs no escape in a JSON string. */
  public static boolean plain(byte[] text) {
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

  // Nonzero if one of the eight bytes is below the limit, which is at most 128.
  private static long below(long eight, int limit) {
    return (eight - ONES * limit) & ~eight & HIGHS;
  }
}
