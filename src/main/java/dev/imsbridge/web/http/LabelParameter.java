package dev.imsbridge.web.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A label in a query: {@code NAME=VALUE}, as in the options of commands, or {@code NAME:VALUE}. The
 * first {@code =} or {@code :} ends the name.
 */
public record LabelParameter(String name, String value) {
  /** The form of a label, for error messages. */
  public static final String FORM = "NAME=VALUE, such as label=order=4711";

  private static final Pattern PARTS = Pattern.compile("([^=:]+)[=:](.*)", Pattern.DOTALL);

  /** Parses a label; returns empty if the text has no name or no separator. */
  public static Optional<LabelParameter> of(String text) {
    Matcher parts = PARTS.matcher(text);
    return parts.matches()
        ? Optional.of(new LabelParameter(parts.group(1), parts.group(2)))
        : Optional.empty();
  }
}
