package dev.imsbridge.ims;

import dev.imsbridge.wire.Digest;
import dev.imsbridge.wire.TimeRange;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Signs a GET without query or body with {@code SDK-HMAC-SHA256}, the signature scheme of Huawei
 * Cloud API Gateway. A signature is valid for 15 min before and after its date, so each attempt is
 * signed again. Pure and thread-safe.
 */
final class Signer {
  private static final String ALGORITHM = "SDK-HMAC-SHA256";
  private static final String EMPTY_BODY_HASH = Digest.sha256("");
  private static final String BASE_SIGNED_HEADERS = "host;x-project-id;x-sdk-date";

  private Signer() {}

  /**
   * Returns the headers to add to the request, among them the signature.
   *
   * @param key the access key; a temporary one adds the header with its security token
   * @param host the value of the Host header
   * @param path a path whose segments need no escaping
   * @param projectId the value of the header X-Project-Id
   * @param signedAt the date of the signature, by the clock of this host
   */
  static Map<String, String> sign(
      Credentials.AccessKey key, String host, String path, String projectId, Instant signedAt) {
    String date = date(signedAt);
    String token = key.securityToken() == null ? null : key.securityToken().reveal();
    // Sorted by name, as SDK-HMAC-SHA256 requires.
    String signedNames = BASE_SIGNED_HEADERS + (token == null ? "" : ";x-security-token");
    StringBuilder canonicalRequest = new StringBuilder(512);
    // SDK-HMAC-SHA256 requires a canonical path that ends with a slash.
    canonicalRequest.append("GET\n").append(path).append(path.endsWith("/") ? "\n\n" : "/\n\n");
    canonicalRequest.append("host:").append(host).append('\n');
    canonicalRequest.append("x-project-id:").append(projectId).append('\n');
    canonicalRequest.append("x-sdk-date:").append(date).append('\n');
    if (token != null) {
      canonicalRequest.append("x-security-token:").append(token).append('\n');
    }
    canonicalRequest.append('\n').append(signedNames).append('\n').append(EMPTY_BODY_HASH);

    String toSign = ALGORITHM + "\n" + date + "\n" + Digest.sha256(canonicalRequest.toString());
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Sdk-Date", date);
    headers.put("X-Project-Id", projectId);
    if (token != null) {
      headers.put("X-Security-Token", token);
    }
    headers.put(
        "Authorization",
        ALGORITHM
            + " Access="
            + key.id()
            + ", SignedHeaders="
            + signedNames
            + ", Signature="
            + HexFormat.of().formatHex(key.secretKey().hmac(toSign)));
    return headers;
  }

  /** Extracts the signature so that the caller can mask it in answers and logs. */
  static String signature(Map<String, String> headers) {
    String authorization = headers.get("Authorization");
    return authorization.substring(authorization.lastIndexOf('=') + 1);
  }

  /** The date without separators, in whole seconds. */
  private static String date(Instant at) {
    return TimeRange.text(at.truncatedTo(ChronoUnit.SECONDS)).replace("-", "").replace(":", "");
  }
}
