package dev.imsbridge.terminal;

/**
 * Colours for statuses on a terminal.
 *
 * @param coloured false for plain text
 */
public record Palette(boolean coloured) {

  /**
   * Uses colours unless the output is not a terminal, the terminal has none ({@code TERM=dumb}), or
   * NO_COLOR is set (https://no-color.org).
   */
  public static Palette of(Terminal terminal) {
    return new Palette(
        terminal.acceptsControlSequences()
            && terminal.environment().getOrDefault("NO_COLOR", "").isEmpty());
  }

  public String status(String status, String text) {
    return switch (status) {
      case "SUCCESS" -> paint("32", text);
      case "FAIL" -> paint("31", text);
      case "LOST" -> paint("33", text);
      case "RUNNING" -> paint("36", text);
      default -> text;
    };
  }

  public String strong(String text) {
    return paint("1", text);
  }

  private String paint(String code, String text) {
    return coloured ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
