package dev.imsbridge.ims;

import java.util.function.Consumer;

/**
 * Where the calls of a project get the credentials to send: None, Token or AccessKey, never those
 * that have to be exchanged first. Implementations are thread-safe and do not block.
 */
interface CredentialSource {

  /** What there is to send, or why there is nothing. */
  sealed interface Supply {}

  record Ready(Credentials credentials) implements Supply {}

  record Unavailable(String detail) implements Supply {}

  /**
   * @param then told at once where credentials are at hand, else when they were got
   */
  void supply(Consumer<Supply> then);

  /**
   * A call with these credentials was refused.
   *
   * @return whether trying again may help, with other credentials
   */
  boolean refused(Credentials used);

  /** A call with these credentials was let in. */
  void accepted();

  /** Credentials that stay as they are. */
  record Fixed(Credentials credentials) implements CredentialSource {
    @Override
    public void supply(Consumer<Supply> then) {
      then.accept(new Ready(credentials));
    }

    @Override
    public boolean refused(Credentials used) {
      return false;
    }

    @Override
    public void accepted() {}
  }
}
