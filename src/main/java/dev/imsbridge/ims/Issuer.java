package dev.imsbridge.ims;

import java.time.Instant;
import java.util.function.Consumer;

/** Hands out credentials that expire. */
interface Issuer {
  /** What became of asking for credentials. */
  sealed interface Issued {}

  /**
   * @param credentials a Token or an AccessKey
   */
  record Fresh(Credentials credentials, Instant expiresAt) implements Issued {}

  /**
   * @param detail one line free of secrets
   */
  record Failed(String detail) implements Issued {}

  /** Asks once; never fails otherwise than by {@link Failed}, and does not block. */
  void issue(Consumer<Issued> then);
}
