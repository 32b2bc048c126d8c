package dev.imsbridge.ims;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A confidential text. It prints as {@code ***}. Only this package can read it, to sign or to send
 * it. Immutable.
 */
public final class Secret {
  private static final String HMAC = "HmacSHA256";

  private final String text;
  private final List<Mask.Form> forms;

  /**
   * The template for {@link #hmac}, never used itself: a copy takes less time than a new one with
   * this key. Null until it is needed.
   */
  private volatile Mac keyed;

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
      throw new IllegalArgumentException("a secret must not be empty");
    }
    if (text.chars().anyMatch(c -> c < ' ' || c == 127)) {
      throw new IllegalArgumentException(
          "a secret must not contain a control character, such as a line end");
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

  /** Returns the HMAC-SHA-256 of a text, with this secret as the key. */
  byte[] hmac(String message) {
    try {
      return mac().doFinal(message.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  private Mac mac() throws GeneralSecurityException {
    if (keyed == null) {
      keyed = newMac();
    }
    try {
      return (Mac) keyed.clone();
    } catch (CloneNotSupportedException e) {
      // A provider may not support it, such as that of PKCS #11.
      return newMac();
    }
  }

  private Mac newMac() throws GeneralSecurityException {
    Mac mac = Mac.getInstance(HMAC);
    mac.init(new SecretKeySpec(text.getBytes(UTF_8), HMAC));
    return mac;
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
