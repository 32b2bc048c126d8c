package dev.imsbridge.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.time.InstantSource;

/**
 * Who may use HTTP. Thread-safe; never shows the token.
 *
 * <p>Without a token only programs of this machine are served, or everybody where that is said
 * outright.
 */
public final class HttpAccess {
  private final byte[] token;
  private final boolean local;
  private final PeerSignature signature;

  private HttpAccess(byte[] token, boolean local) {
    this.token = token;
    this.local = local;
    this.signature = new PeerSignature(token, InstantSource.system());
  }

  /** For whoever shows the token. */
  public static HttpAccess token(String token) {
    return new HttpAccess(token.getBytes(UTF_8), false);
  }

  /** For this machine: requests whose {@code Host} is another name are refused. */
  public static HttpAccess local() {
    return new HttpAccess(null, true);
  }

  /** For everybody who can reach the port. */
  public static HttpAccess everybody() {
    return new HttpAccess(null, false);
  }

  /** Whether an address to listen on can only be reached from this machine. */
  public static boolean loopback(InetSocketAddress listen) {
    try {
      return InetAddress.getByName(listen.getHostString()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  boolean needsToken() {
    return token != null;
  }

  /** Whether a page of another site, whose name was made to lead here, may be asking. */
  boolean strange(String host) {
    return local && !localName(host);
  }

  /** Compares in a time that tells nothing of the token. */
  boolean admits(String shown) {
    return token == null || (shown != null && MessageDigest.isEqual(token, shown.getBytes(UTF_8)));
  }

  /** What instances of one bridge show each other. */
  PeerSignature signature() {
    return signature;
  }

  private static boolean localName(String host) {
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(java.util.Locale.ROOT);
    return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.\\d{1,3}){3}");
  }
}
