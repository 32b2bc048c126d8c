package dev.imsbridge.ims;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.wire.Digest;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs a GET without query or body with {@code SDK-HMAC-SHA256}. A signature is valid for 15
 * minutes before and after its date, so each attempt is signed again. Pure and thread-safe.
 */
final class Signer {
  private static final String ALGORITHM = "SDK-HMAC-SHA256";
  private static final String EMPTY_BODY_HASH = Digest.sha256("");
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Signer() {}

  /**
   * Returns the headers to add.
   *
   * @param host the value of the Host header
   * @param path a path whose segments need no escaping
   */
  static Map<String, String> sign(
      Credentials.AccessKey key, String host, String path, String projectId, Instant at) {
    String date = DATE.format(at);
    Map<String, String> added = new LinkedHashMap<>();
    added.put("X-Sdk-Date", date);
    added.put("X-Project-Id", projectId);
    if (key.securityToken() != null) {
      added.put("X-Security-Token", key.securityToken().reveal());
    }
    Map<String, String> signed = new TreeMap<>();
    signed.put("host", host);
    added.forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), value));

    String signedNames = String.join(";", signed.keySet());
    StringBuilder request = new StringBuilder(512);
    request.append("GET\n").append(path).append(path.endsWith("/") ? "\n\n" : "/\n\n");
    signed.forEach((name, value) -> request.append(name).append(':').append(value).append('\n'));
    request.append('\n').append(signedNames).append('\n').append(EMPTY_BODY_HASH);

    String toSign = ALGORITHM + "\n" + date + "\n" + Digest.sha256(request.toString());
    added.put(
        "Authorization",
        ALGORITHM
            + " Access="
            + key.id()
            + ", SignedHeaders="
            + signedNames
            + ", Signature="
            + HexFormat.of().formatHex(hmac(key.secretKey(), toSign)));
    return added;
  }

  /** Extracts the signature from the added headers. */
  static String signature(Map<String, String> added) {
    String authorization = added.get("Authorization");
    return authorization.substring(authorization.lastIndexOf('=') + 1);
  }

  private static byte[] hmac(Secret key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.reveal().getBytes(UTF_8), "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has HmacSHA256", e);
    }
  }
}
