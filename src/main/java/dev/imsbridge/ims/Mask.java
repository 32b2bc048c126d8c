package dev.imsbridge.ims;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.ims.Exchanged.Reply;
import io.vertx.core.MultiMap;

/** Covers a secret that a server sends back, in an error's text for instance. Immutable. */
final class Mask {
  private static final String REQUEST_ID = "X-Request-Id";
  private static final Mask NOTHING = new Mask(null);

  /** As the bytes of the body read as Latin-1 would hold it; null for none. */
  private final String secret;

  private Mask(String secret) {
    this.secret = secret;
  }

  /** Over what a call with these credentials lets the server see. */
  static Mask over(Credentials sent) {
    if (sent instanceof Credentials.Token token) {
      return over(token.token());
    }
    return sent instanceof Credentials.AccessKey key && key.securityToken() != null
        ? over(key.securityToken())
        : NOTHING;
  }

  static Mask over(Secret secret) {
    return new Mask(new String(secret.reveal().getBytes(UTF_8), ISO_8859_1));
  }

  /** The reply without the secret: the same object where it holds none. */
  Reply apply(Reply reply) {
    if (secret == null) {
      return reply;
    }
    String body = new String(reply.body(), ISO_8859_1);
    String requestId = reply.headers().get(REQUEST_ID);
    boolean inHeader = requestId != null && requestId.contains(secret);
    if (!inHeader && !body.contains(secret)) {
      return reply;
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(reply.headers());
    if (inHeader) {
      headers.remove(REQUEST_ID);
    }
    byte[] masked = body.replace(secret, "***").getBytes(ISO_8859_1);
    return new Reply(reply.status(), headers, masked, reply.cut());
  }
}
