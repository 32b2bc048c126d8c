package dev.imsbridge.ims;

import dev.imsbridge.wire.Digest;
import dev.imsbridge.wire.TimeRange;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Signs a GET without query or body with {@code SDK-HMAC-SHA256}. A signature is valid for 15
 * minutes before and after its date, so each attempt is signed again. Pure and thread-safe.
 */
final class Signer {
  private static final String ALGORITHM = "SDK-HMAC-SHA256";
  private static final String EMPTY_BODY_HASH = Digest.sha256("");
  private static final String SIGNED = "host;x-project-id;x-sdk-date";

  private Signer() {}

  /**
   * Returns the headers to add.
   *
   * @param host the value of the Host header
   * @param path a path whose segments need no escaping
   */
  static Map<String, String> sign(
      Credentials.AccessKey key, String host, String path, String projectId, Instant at) {
    String date = date(at);
    String token = key.securityToken() == null ? null : key.securityToken().reveal();
    // The names of the signed headers, in this order.
    String signedNames = SIGNED + (token == null ? "" : ";x-security-token");
    StringBuilder request = new StringBuilder(512);
    request.append("GET\n").append(path).append(path.endsWith("/") ? "\n\n" : "/\n\n");
    request.append("host:").append(host).append('\n');
    request.append("x-project-id:").append(projectId).append('\n');
    request.append("x-sdk-date:").append(date).append('\n');
    if (token != null) {
      request.append("x-security-token:").append(token).append('\n');
    }
    request.append('\n').append(signedNames).append('\n').append(EMPTY_BODY_HASH);

    String toSign = ALGORITHM + "\n" + date + "\n" + Digest.sha256(request.toString());
    Map<String, String> added = new LinkedHashMap<>();
    added.put("X-Sdk-Date", date);
    added.put("X-Project-Id", projectId);
    if (token != null) {
      added.put("X-Security-Token", token);
    }
    added.put(
        "Authorization",
        ALGORITHM
            + " Access="
            + key.id()
            + ", SignedHeaders="
            + signedNames
            + ", Signature="
            + HexFormat.of().formatHex(key.secretKey().hmac(toSign)));
    return added;
  }

  /** Extracts the signature from the added headers. */
  static String signature(Map<String, String> added) {
    String authorization = added.get("Authorization");
    return authorization.substring(authorization.lastIndexOf('=') + 1);
  }

  /** The date without separators, in whole seconds. */
  private static String date(Instant at) {
    return TimeRange.text(at.truncatedTo(ChronoUnit.SECONDS)).replace("-", "").replace(":", "");
  }
}
