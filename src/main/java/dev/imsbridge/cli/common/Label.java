package dev.imsbridge.cli.common;

import dev.imsbridge.terminal.SafeText;
import picocli.CommandLine.TypeConversionException;

/** A label of a job in an option. */
public record Label(String name, String value) {

  /**
   * @throws TypeConversionException if the text is not {@code NAME=VALUE}
   */
  public static Label parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new TypeConversionException(
          "write NAME=VALUE, not '%s'".formatted(SafeText.line(text)));
    }
    return new Label(text.substring(0, equals), text.substring(equals + 1));
  }
}
