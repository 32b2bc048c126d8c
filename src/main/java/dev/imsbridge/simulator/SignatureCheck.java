package dev.imsbridge.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verifies {@code SDK-HMAC-SHA256} signatures of requests without a body. Implemented from the
 * description of the algorithm, independently of the bridge's signer. Thread-safe.
 */
final class SignatureCheck {
  private static final String ALGORITHM = "SDK-HMAC-SHA256";
  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          ALGORITHM
              + " Access=([^,\\s]+), ?SignedHeaders=([a-z0-9;_-]+), ?Signature=([0-9a-f]{64})");
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final HexFormat HEX = HexFormat.of();

  private final IssuedCredentials credentials;
  private final InstantSource clock;

  SignatureCheck(IssuedCredentials credentials, InstantSource clock) {
    this.credentials = credentials;
    this.clock = clock;
  }

  /**
   * The signed parts of a request.
   *
   * @param query the raw query; null without a query
   * @param header returns the value of a header by name, or null if it is absent
   */
  record Signed(String method, String path, String query, UnaryOperator<String> header) {}

  /** Returns the reason to reject a request, in the gateway's words; empty if it is valid. */
  Optional<String> reject(Signed request) {
    String authorization = request.header().apply("Authorization");
    if (authorization == null) {
      return Optional.of("authorization header not found");
    }
    Matcher parts = AUTHORIZATION.matcher(authorization);
    if (!parts.matches()) {
      return Optional.of("authorization header format is wrong");
    }
    String date = request.header().apply("X-Sdk-Date");
    if (date == null || !List.of(parts.group(2).split(";", -1)).contains("x-sdk-date")) {
      return Optional.of("x-sdk-date is missing or not signed");
    }
    if (!withinSkew(date)) {
      return Optional.of("signature expired, x-sdk-date:" + date);
    }
    Optional<AccessKey> key = credentials.findKey(parts.group(1));
    if (key.isEmpty()) {
      return Optional.of("ak " + parts.group(1) + " not exist");
    }
    String token = key.get().securityToken();
    if (token != null && !token.equals(request.header().apply("X-Security-Token"))) {
      return Optional.of("x-security-token is missing or wrong");
    }
    String canonical = canonical(request, parts.group(2));
    byte[] expected = signature(key.get().secret(), date, canonical);
    return MessageDigest.isEqual(expected, HEX.parseHex(parts.group(3)))
        ? Optional.empty()
        : Optional.of("verify aksk signature fail");
  }

  private boolean withinSkew(String date) {
    try {
      Instant signed = DATE.parse(date, Instant::from);
      return Duration.between(signed, clock.instant()).abs().compareTo(SKEW) <= 0;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static String canonical(Signed request, String signedHeaders) {
    StringBuilder text = new StringBuilder(512);
    text.append(request.method()).append('\n');
    String path = request.path();
    String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    for (String segment : bare.split("/", -1)) {
      text.append(encoded(decoded(segment))).append('/');
    }
    text.append('\n').append(canonicalQuery(request.query())).append('\n');
    for (String name : signedHeaders.split(";", -1)) {
      String value = request.header().apply(name);
      text.append(name).append(':').append(value == null ? "" : value.strip()).append('\n');
    }
    return text.append('\n').append(signedHeaders).append('\n').append(sha256("")).toString();
  }

  private static String canonicalQuery(String query) {
    if (query == null || query.isEmpty()) {
      return "";
    }
    List<Map.Entry<String, String>> parameters = new ArrayList<>();
    for (String pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters.add(Map.entry(encoded(decoded(name)), encoded(decoded(value))));
      }
    }
    // Values of the same name keep their order, as in the vendor's clients.
    parameters.sort(Map.Entry.comparingByKey());
    return parameters.stream()
        .map(each -> each.getKey() + "=" + each.getValue())
        .collect(Collectors.joining("&"));
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return text;
    }
  }

  /** Percent-encodes all characters except the unreserved characters of RFC 3986. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private static byte[] signature(String secret, String date, String canonical) {
    String text = ALGORITHM + "\n" + date + "\n" + sha256(canonical);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static String sha256(String text) {
    try {
      return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
