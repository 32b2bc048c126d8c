package dev.imsbridge.ims;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A text without one level of the escapes of JSON and of URLs, which knows where in the original
 * each of its characters came from. Characters are the bytes of UTF-8, read as Latin-1. Immutable.
 */
final class Unescaped {
  private final String text;

  /** Where each character began, and at last where the original ends; null for the original. */
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

  /** The place in the original of a place in this text. */
  int origin(int at) {
    return origins == null ? at : origins[at];
  }

  /** The text with one level of escapes less; null when it has none. */
  Unescaped further() {
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

  /** Adds what stands at a place, and says how long it is written. */
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
