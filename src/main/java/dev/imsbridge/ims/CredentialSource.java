package dev.imsbridge.ims;

import java.time.Instant;
import java.util.function.Consumer;

/**
 * Supplies the credentials for the calls of a project. They can be sent as they are: a password is
 * exchanged for a token first. Implementations are thread-safe and do not block.
 */
interface CredentialSource {

  /** The credentials to send, or the reason why there are none. */
  sealed interface Supply {}

  /**
   * Credentials to send.
   *
   * @param credentials a None, Token or AccessKey
   * @param expiresAt null if they do not expire
   */
  record Ready(Credentials credentials, Instant expiresAt) implements Supply {}

  /**
   * There are no credentials.
   *
   * @param detail why; one line without secrets
   */
  record Unavailable(String detail) implements Supply {}

  /** Issues credentials that expire. */
  interface Issuer {
    /**
     * Requests credentials once. Reports one result, with every failure as {@link Unavailable}.
     * Does not block.
     */
    void issue(Consumer<Supply> resultHandler);
  }

  /**
   * Supplies credentials to a callback.
   *
   * @param resultHandler called before this returns if credentials are available or a renewal is
   *     not allowed yet; otherwise when the renewal in progress has ended
   */
  void supply(Consumer<Supply> resultHandler);

  /**
   * Records that a call with these credentials was refused.
   *
   * @return whether another attempt with other credentials may help
   */
  boolean refused(Credentials used);

  /** Records that a call with these credentials was accepted. */
  void accepted();

  /** Credentials that never change. */
  record Fixed(Credentials credentials) implements CredentialSource {
    @Override
    public void supply(Consumer<Supply> resultHandler) {
      resultHandler.accept(new Ready(credentials, null));
    }

    @Override
    public boolean refused(Credentials used) {
      return false;
    }

    @Override
    public void accepted() {}
  }
}
