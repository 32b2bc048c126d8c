package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Searches for a word that is part of every secret: as it is, and in Base64 at each of the three
 * alignments. The word has only letters and digits, so that escaping does not change it.
 * Thread-safe.
 */
final class Leaks {
  private final Set<String> needles = new LinkedHashSet<>();
  private final Map<String, String> found = new ConcurrentSkipListMap<>();

  Leaks(String word) {
    needles.add(word);
    for (String before : List.of("", "x", "xx")) {
      String encoded = Base64.getEncoder().encodeToString((before + word).getBytes(UTF_8));
      // Skips the characters that also encode bits of the neighbours of the word.
      int from = (before.length() * 8 + 5) / 6;
      int to = (before.length() + word.length()) * 8 / 6;
      needles.add(encoded.substring(from, to));
    }
  }

  /** Searches for another text as well, such as a token that a server issued. */
  void and(String text) {
    needles.add(text);
  }

  void look(String where, byte[] bytes) {
    if (bytes != null) {
      look(where, new String(bytes, ISO_8859_1));
    }
  }

  void look(String where, String text) {
    for (String needle : needles) {
      int at = text == null ? -1 : text.indexOf(needle);
      if (at >= 0) {
        String around =
            text.substring(
                Math.max(0, at - 120), Math.min(text.length(), at + needle.length() + 40));
        found.putIfAbsent(where, around);
      }
    }
  }

  /** Returns the places where it was found, with the text around the first match. */
  Map<String, String> found() {
    return found;
  }

  boolean foundIn(String where) {
    return found.keySet().stream().anyMatch(each -> each.startsWith(where));
  }
}
