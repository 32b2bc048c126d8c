package dev.imsbridge.ims;

import java.time.Instant;
import java.util.function.Consumer;

/** Issues credentials that expire. */
interface Issuer {
  /** The result of a request for credentials. */
  sealed interface Issued {}

  /**
   * New credentials.
   *
   * @param credentials a Token or an AccessKey
   */
  record Fresh(Credentials credentials, Instant expiresAt) implements Issued {}

  /**
   * No credentials were issued.
   *
   * @param detail one line without secrets
   */
  record Failed(String detail) implements Issued {}

  /** Requests credentials once. Reports every failure as {@link Failed} and does not block. */
  void issue(Consumer<Issued> then);
}
