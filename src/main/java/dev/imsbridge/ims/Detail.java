package dev.imsbridge.ims;

/**
 * Shortens a text from outside to one line of bounded length that is safe in a log, a header or a
 * terminal.
 */
final class Detail {
  static final int MAX_LENGTH = 300;

  private Detail() {}

  static String of(String text) {
    if (text == null || text.isBlank()) {
      return "no reason given";
    }
    String line = text.length() > 2 * MAX_LENGTH ? text.substring(0, 2 * MAX_LENGTH) : text;
    line = line.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}\\p{Cf}\\p{Cs}\\s]+", " ").strip();
    return line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH - 3) + "..." : line;
  }
}
