package dev.imsbridge.ims;

import io.vertx.core.MultiMap;

/** What came back for one {@link Call}. */
sealed interface Exchanged {

  /**
   * An answer, whatever it says.
   *
   * @param body decompressed; its first bytes only when {@code cut}
   * @param cut why the body is not whole, over the bound for one; null when it is
   */
  record Reply(int status, MultiMap headers, byte[] body, String cut) implements Exchanged {
    @Override
    public String toString() {
      return "Reply[" + status + ", " + body.length + " bytes]";
    }
  }

  /**
   * No answer, or none that is HTTP.
   *
   * @param kind TRANSIENT, MALFORMED or REJECTED
   * @param detail one line for people
   */
  record NoReply(FaultKind kind, String detail) implements Exchanged {}
}
