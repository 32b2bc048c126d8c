package dev.imsbridge.ims;

import java.util.List;

/**
 * A confidential text. It prints as {@code ***}. Only this package can read it, to sign or to send
 * it. Immutable.
 */
public final class Secret {
  private final String text;
  private final List<Mask.Form> forms;

  private Secret(String text) {
    this.text = text;
    forms = Mask.forms(text);
  }

  /**
   * Creates a secret.
   *
   * @throws IllegalArgumentException if the text is null, blank or contains a control character,
   *     which is not valid in a header
   */
  public static Secret of(String text) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException("a secret is empty");
    }
    if (text.chars().anyMatch(c -> c < ' ' || c == 127)) {
      throw new IllegalArgumentException(
          "a secret holds a control character, a line end for instance");
    }
    return new Secret(text);
  }

  String reveal() {
    return text;
  }

  /** The forms that a {@link Mask} searches for. */
  List<Mask.Form> forms() {
    return forms;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && text.equals(secret.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
