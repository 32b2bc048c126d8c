package dev.imsbridge.ims;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.ims.Exchanged.Reply;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/**
 * Covers secrets that a server sends back, in an error's text for instance: as they were sent, in
 * Base64, and escaped as JSON or URLs do, also several times over. Immutable.
 *
 * <p>All that comes back is covered before anybody reads it, a job's description included. A body
 * is kept as evidence and is verbatim but for this: who may read a topic may not therefore act in
 * the project's name.
 */
final class Mask {
  private static final String STARS = "***";
  private static final String REQUEST_ID = "X-Request-Id";

  /** A shorter text may stand in a body by chance, and covering it would falsify the evidence. */
  private static final int SHORTEST = 6;

  /** A message that quotes a request that quotes a password in JSON: twice. One more for luck. */
  private static final int LEVELS = 3;

  /** As the bytes of a body read as Latin-1 would hold them. */
  private final List<String> secrets;

  private Mask(List<String> secrets) {
    this.secrets = secrets;
  }

  /** Over a secret however short it is: for answers of which nothing is kept. */
  static Mask over(Secret secret) {
    return new Mask(secret.forms());
  }

  /** Over what a server sees of a call: headers' values, or what is secret in them. */
  static Mask over(Collection<Secret> sent) {
    List<String> all = new ArrayList<>();
    for (Secret secret : sent) {
      if (secret.reveal().length() >= SHORTEST) {
        all.addAll(secret.forms());
      }
    }
    return new Mask(all);
  }

  /** The forms in which a text is looked for. */
  static List<String> forms(String secret) {
    byte[] bytes = secret.getBytes(UTF_8);
    return List.of(
        new String(bytes, ISO_8859_1), Base64.getEncoder().withoutPadding().encodeToString(bytes));
  }

  /** The reply without the secrets: the same object where it holds none. */
  Reply apply(Reply reply) {
    if (secrets.isEmpty()) {
      return reply;
    }
    String body = new String(reply.body(), ISO_8859_1);
    String covered = covered(body, reply.cut() != null);
    String requestId = reply.headers().get(REQUEST_ID);
    boolean inHeader = requestId != null && !covered(requestId, false).equals(requestId);
    if (!inHeader && covered.equals(body)) {
      return reply;
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(reply.headers());
    if (inHeader) {
      headers.remove(REQUEST_ID);
    }
    return new Reply(reply.status(), headers, covered.getBytes(ISO_8859_1), reply.cut());
  }

  /**
   * @param cut whether the text may end amidst a secret
   */
  private String covered(String text, boolean cut) {
    BitSet covered = new BitSet();
    Unescaped view = Unescaped.of(text);
    for (int level = 0; level <= LEVELS && view != null; level++) {
      for (String secret : secrets) {
        mark(view, secret, cut, covered);
      }
      view = view.further();
    }
    return covered.isEmpty() ? text : withStars(text, covered);
  }

  private static void mark(Unescaped view, String secret, boolean cut, BitSet covered) {
    for (int at = view.text().indexOf(secret);
        at >= 0;
        at = view.text().indexOf(secret, at + secret.length())) {
      covered.set(view.origin(at), view.origin(at + secret.length()));
    }
    int end = view.text().length();
    for (int length = Math.min(secret.length() - 1, end); cut && length >= SHORTEST; length--) {
      if (view.text().regionMatches(end - length, secret, 0, length)) {
        covered.set(view.origin(end - length), view.origin(end));
        return;
      }
    }
  }

  private static String withStars(String text, BitSet covered) {
    StringBuilder masked = new StringBuilder(text.length());
    int from = 0;
    for (int start = covered.nextSetBit(0); start >= 0; start = covered.nextSetBit(from)) {
      masked.append(text, from, start).append(STARS);
      from = covered.nextClearBit(start);
    }
    return masked.append(text, from, text.length()).toString();
  }
}
