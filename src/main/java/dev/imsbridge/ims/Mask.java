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
 * Masks secrets that a server sends back, for example in an error message. Finds a secret as it was
 * sent, in Base64 alone or as part of a longer text, and with JSON or URL escapes, also nested.
 * Immutable.
 *
 * <p>Each reply is masked before it is parsed, including the description of a job. A body is kept
 * as evidence and is otherwise verbatim. Permission to read a topic must not become permission to
 * act in the project's name.
 */
final class Mask {
  private static final String STARS = "***";
  private static final String REQUEST_ID = "X-Request-Id";

  /** A shorter text may occur in a body by chance. Masking it would falsify the evidence. */
  private static final int MIN_LENGTH = 6;

  /**
   * A message that quotes a request with a password in JSON has two levels of escapes. One level is
   * a reserve.
   */
  private static final int MAX_LEVELS = 3;

  /** Fewer certain Base64 characters are not enough evidence of a secret. */
  private static final int MIN_ENCODED = 5;

  private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();

  /**
   * A text to search for, in the form that it has in a body decoded as Latin-1.
   *
   * @param sharesFirst whether the preceding character holds bits of the secret, if it is a Base64
   *     character
   * @param sharesLast whether the following character does
   */
  record Form(String text, boolean sharesFirst, boolean sharesLast) {}

  private final List<Form> secrets;

  private Mask(List<Form> secrets) {
    this.secrets = secrets;
  }

  /** Masks a secret of any length. For answers that are not kept. */
  static Mask over(Secret secret) {
    return new Mask(secret.forms());
  }

  /**
   * Masks the secrets that a server received in a call. Secrets shorter than 6 characters are left
   * out.
   */
  static Mask over(Collection<Secret> sent) {
    List<Form> all = new ArrayList<>();
    for (Secret secret : sent) {
      if (secret.reveal().length() >= MIN_LENGTH) {
        all.addAll(secret.forms());
      }
    }
    return new Mask(all);
  }

  /**
   * Returns the forms to search for: the text itself, and its Base64 at each of the three possible
   * offsets in a longer text, without the characters that share bits with its neighbours.
   */
  static List<Form> forms(String secret) {
    byte[] bytes = secret.getBytes(UTF_8);
    List<Form> forms = new ArrayList<>();
    forms.add(new Form(new String(bytes, ISO_8859_1), false, false));
    for (int before = 0; before < 3; before++) {
      byte[] longer = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, longer, before, bytes.length);
      String text = BASE64.encodeToString(longer);
      String urlText = text.replace('+', '-').replace('/', '_');
      int from = (before * 8 + 5) / 6;
      int to = longer.length * 8 / 6;
      if (to - from >= MIN_ENCODED) {
        boolean shared = longer.length % 3 > 0;
        add(forms, new Form(text.substring(from, to), before > 0, shared));
        add(forms, new Form(urlText.substring(from, to), before > 0, shared));
      } else if (before == 0) {
        add(forms, new Form(text, false, false));
        add(forms, new Form(urlText, false, false));
      }
    }
    return List.copyOf(forms);
  }

  // Most texts are the same in both alphabets.
  private static void add(List<Form> forms, Form form) {
    if (!forms.get(forms.size() - 1).equals(form)) {
      forms.add(form);
    }
  }

  /** Returns the reply without the secrets, or the same object if it contains none. */
  Reply apply(Reply reply) {
    if (secrets.isEmpty()) {
      return reply;
    }
    String body = new String(reply.body(), ISO_8859_1);
    String covered = covered(body, reply.incompleteReason() != null);
    String requestId = reply.headers().get(REQUEST_ID);
    boolean inHeader = requestId != null && !covered(requestId, false).equals(requestId);
    if (!inHeader && covered.equals(body)) {
      return reply;
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(reply.headers());
    if (inHeader) {
      headers.remove(REQUEST_ID);
    }
    return new Reply(
        reply.status(), headers, covered.getBytes(ISO_8859_1), reply.incompleteReason());
  }

  /**
   * Returns the text with stars in place of the secrets.
   *
   * @param truncated whether the text may end within a secret
   */
  private String covered(String text, boolean truncated) {
    BitSet covered = new BitSet();
    Unescaped view = Unescaped.of(text);
    for (int level = 0; level <= MAX_LEVELS && view != null; level++) {
      for (Form secret : secrets) {
        mark(view, secret, truncated, covered);
      }
      view = view.nextLevel();
    }
    return covered.isEmpty() ? text : withStars(text, covered);
  }

  private static void mark(Unescaped view, Form form, boolean truncated, BitSet covered) {
    String text = view.text();
    String secret = form.text();
    int length = secret.length();
    for (int at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + length)) {
      int from = form.sharesFirst() && encoded(text, at - 1) ? at - 1 : at;
      int to = form.sharesLast() && encoded(text, at + length) ? at + length + 1 : at + length;
      covered.set(view.origin(from), view.origin(to));
    }
    int end = text.length();
    for (int part = Math.min(length - 1, end); truncated && part >= MIN_LENGTH; part--) {
      if (text.regionMatches(end - part, secret, 0, part)) {
        covered.set(view.origin(end - part), view.origin(end));
        return;
      }
    }
  }

  private static boolean encoded(String text, int at) {
    if (at < 0 || at >= text.length()) {
      return false;
    }
    char c = text.charAt(at);
    return (c < 128 && Character.isLetterOrDigit(c)) || "+/-_".indexOf(c) >= 0;
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
