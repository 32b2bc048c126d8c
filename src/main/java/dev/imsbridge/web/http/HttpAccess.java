package dev.imsbridge.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.time.InstantSource;

/**
 * Defines the clients that may use HTTP. Thread-safe. Never reveals the token.
 *
 * <p>Without a token, only clients on this machine are served, unless {@link #everybody} is chosen
 * explicitly.
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

  /** Admits clients that send the token. */
  public static HttpAccess token(String token) {
    return new HttpAccess(token.getBytes(UTF_8), false);
  }

  /** Admits clients on this machine. Rejects requests with a {@code Host} that is not local. */
  public static HttpAccess local() {
    return new HttpAccess(null, true);
  }

  /** Admits every client that can reach the port. */
  public static HttpAccess everybody() {
    return new HttpAccess(null, false);
  }

  /** Returns whether an address to listen on can only be reached from this machine. */
  public static boolean loopback(InetSocketAddress listen) {
    try {
      return InetAddress.getByName(listen.getHostString()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Returns whether the {@code Host} of a request is not a local name, which indicates DNS
   * rebinding. Always false unless access is {@link #local}.
   */
  public boolean refusesHost(String host) {
    return local && !localName(host);
  }

  /**
   * Returns whether the token of a request is valid, or none is required. Compares in constant
   * time, so that timing reveals nothing about the token.
   *
   * @param shown the token of the request; null if it has none
   */
  public boolean admits(String shown) {
    return token == null || (shown != null && MessageDigest.isEqual(token, shown.getBytes(UTF_8)));
  }

  /** Returns the signature with which instances of one bridge authenticate to each other. */
  public PeerSignature signature() {
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
