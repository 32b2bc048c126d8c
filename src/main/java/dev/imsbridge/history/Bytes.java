package dev.imsbridge.history;

/** Looking into bytes without decoding them. */
final class Bytes {
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
}
