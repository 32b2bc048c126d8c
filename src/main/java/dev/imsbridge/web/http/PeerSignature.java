package dev.imsbridge.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves to another instance of the same bridge that this instance has the token, without sending
 * the token: instance addresses come from Kafka, and HTTP between instances is not encrypted. A
 * signature is valid for one address, one URI and 5 minutes. Thread-safe.
 */
public final class PeerSignature {
  /**
   * The maximum difference between the time of a signature and the clock of the instance that
   * receives it.
   */
  static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final String ALGORITHM = "HmacSHA256";
  private static final Pattern FORM = Pattern.compile("Imsbridge (\\d{1,15}):([0-9a-f]{64})");

  private final SecretKeySpec key;
  private final InstantSource clock;
  private volatile String self;

  /**
   * @param token null if no token is required; then nothing is signed and no signature is valid
   */
  PeerSignature(byte[] token, InstantSource clock) {
    this.key = token == null ? null : new SecretKeySpec(token, ALGORITHM);
    this.clock = clock;
  }

  /**
   * Sets the address for which signatures are accepted. No signature is accepted before.
   *
   * @param address HOST:PORT, as other instances know this one
   */
  public void self(String address) {
    self = address;
  }

  /** Returns the value of the {@code Authorization} header; null if no token is required. */
  public String sign(String address, String uri) {
    if (key == null) {
      return null;
    }
    long now = clock.millis();
    return "Imsbridge " + now + ":" + mac(address, uri, now);
  }

  /**
   * Returns whether the request has a valid signature for this instance.
   *
   * @param authorization null if the header is missing
   */
  public boolean admits(String authorization, String uri) {
    String address = self;
    Matcher given = FORM.matcher(String.valueOf(authorization));
    if (key == null || address == null || !given.matches()) {
      return false;
    }
    long at = Long.parseLong(given.group(1));
    Duration age = Duration.between(Instant.ofEpochMilli(at), clock.instant()).abs();
    return age.compareTo(TOLERANCE) <= 0
        && MessageDigest.isEqual(
            mac(address, uri, at).getBytes(UTF_8), given.group(2).getBytes(UTF_8));
  }

  private String mac(String address, String uri, long millis) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      String text = String.join("\n", "imsbridge peer", address, uri, Long.toString(millis));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
