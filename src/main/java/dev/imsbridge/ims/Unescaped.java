package dev.imsbridge.ims;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A text after removal of one level of JSON and URL escapes. It maps each character to its position
 * in the original. Characters are the bytes of UTF-8, decoded as Latin-1. Immutable.
 */
final class Unescaped {
  private final String text;

  /**
   * The start of each character in the original, followed by the end of the original; null for the
   * original itself.
   */
  private final int[] origins;

  private Unescaped(String text, int[] origins) {
    this.text = text;
    this.origins = origins;
  }

  static Unescaped of(String original) {
    return new Unescaped(original, null);
  }

  String text() {
    return text;
  }

  /** Returns the position in the original for a position in this text. */
  int origin(int at) {
    return origins == null ? at : origins[at];
  }

  /** Returns the text with one level of escapes removed; null if it has none. */
  Unescaped nextLevel() {
    if (text.indexOf('\\') < 0 && text.indexOf('%') < 0) {
      return null;
    }
    StringBuilder plain = new StringBuilder(text.length());
    int[] places = new int[text.length() + 1];
    for (int at = 0; at < text.length(); ) {
      int from = plain.length();
      int length = unescape(at, plain);
      Arrays.fill(places, from, plain.length(), origin(at));
      at += length;
    }
    places[plain.length()] = origin(text.length());
    return plain.length() == text.length()
        ? null
        : new Unescaped(plain.toString(), Arrays.copyOf(places, plain.length() + 1));
  }

  /** Appends the character at a position and returns the length of its escaped form. */
  private int unescape(int at, StringBuilder plain) {
    char first = text.charAt(at);
    if (first == '%' && hex(at + 1, 2)) {
      plain.append((char) HexFormat.fromHexDigits(text, at + 1, at + 3));
      return 3;
    }
    if (first == '\\' && at + 1 < text.length()) {
      if (text.charAt(at + 1) == 'u' && hex(at + 2, 4)) {
        char escaped = (char) HexFormat.fromHexDigits(text, at + 2, at + 6);
        plain.append(new String(String.valueOf(escaped).getBytes(UTF_8), ISO_8859_1));
        return 6;
      }
      plain.append(text.charAt(at + 1));
      return 2;
    }
    plain.append(first);
    return 1;
  }

  private boolean hex(int from, int length) {
    if (from + length > text.length()) {
      return false;
    }
    for (int at = from; at < from + length; at++) {
      if (!HexFormat.isHexDigit(text.charAt(at))) {
        return false;
      }
    }
    return true;
  }
}
