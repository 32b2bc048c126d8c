package dev.imsbridge.web.http;

import java.util.Optional;

/**
 * A label in a query: {@code NAME=VALUE}, as in the options of commands, or {@code NAME:VALUE}. The
 * first {@code =} or {@code :} ends the name.
 */
public record LabelParameter(String name, String value) {
  /** What to write, for an error message. */
  public static final String FORM = "NAME=VALUE, such as label=order=4711";

  /** Returns empty if the text has no name or no separator. */
  public static Optional<LabelParameter> of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '=' || text.charAt(i) == ':') {
        return i == 0
            ? Optional.empty()
            : Optional.of(new LabelParameter(text.substring(0, i), text.substring(i + 1)));
      }
    }
    return Optional.empty();
  }
}
