package dev.imsbridge.ims;

import io.vertx.core.MultiMap;

/** The result of one {@link Call}. */
sealed interface Exchanged {

  /**
   * An HTTP answer of any status.
   *
   * @param body decompressed; only its first bytes if it exceeds the limit
   * @param incompleteReason why the body is incomplete or undecoded, for example because it exceeds
   *     the limit; null if the body is complete
   */
  record Reply(int status, MultiMap headers, byte[] body, String incompleteReason)
      implements Exchanged {
    @Override
    public String toString() {
      return "Reply[" + status + ", " + body.length + " bytes]";
    }
  }

  /**
   * No answer, or an answer that is not HTTP.
   *
   * @param kind TRANSIENT, MALFORMED or REJECTED
   * @param detail one line for logs
   */
  record NoReply(FaultKind kind, String detail) implements Exchanged {}
}
