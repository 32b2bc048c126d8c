package dev.imsbridge.ims;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/**
 * A server, identified by scheme, host and port. Credentials are sent only to configured endpoints.
 *
 * @param host lower-case; an IPv6 address without its brackets
 */
public record Endpoint(boolean tls, String host, int port) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "::1", "0:0:0:0:0:0:0:1");

  /** The public IMS endpoint of a region. */
  public static Endpoint ofRegion(String region) {
    return ofService("ims", region);
  }

  /** The public IAM endpoint of a region, which exchanges passwords for tokens. */
  public static Endpoint iamOfRegion(String region) {
    return ofService("iam", region);
  }

  private static Endpoint ofService(String service, String region) {
    if (!region.matches("[a-z0-9-]{1,40}")) {
      throw new IllegalArgumentException("not a region: '" + region + "', try cn-north-4");
    }
    return new Endpoint(true, service + "." + region + ".myhuaweicloud.com", 443);
  }

  /**
   * Parses an endpoint.
   *
   * @param text a URL such as {@code https://ims.cn-north-4.myhuaweicloud.com}
   * @throws IllegalArgumentException if the text is not an endpoint; the message names the problem
   *     and never quotes user information
   */
  public static Endpoint of(String text) {
    URI uri;
    try {
      uri = new URI(text.strip());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("an endpoint must be a URL such as https://host:443");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw new IllegalArgumentException("an endpoint must begin with https:// or http://");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("an endpoint must name a host, such as https://host:443");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("an endpoint must not contain a user name or password");
    }
    boolean path = uri.getRawPath() != null && !uri.getRawPath().replace("/", "").isEmpty();
    if (path || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "an endpoint must end after host and port; put a path into ims.path.template");
    }
    boolean tls = scheme.equals("https");
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = uri.getPort() == -1 ? (tls ? 443 : 80) : uri.getPort();
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          "the port of an endpoint must be between 1 and 65535: " + port);
    }
    return new Endpoint(tls, host, port);
  }

  /** Returns whether the host is a loopback address, so that data sent to it stays on this host. */
  boolean loopback() {
    return LOOPBACK.contains(host) || host.matches("127(\\.\\d{1,3}){3}");
  }

  /**
   * Returns the value of the Host header. It has a port only if it is not the default port of the
   * scheme.
   */
  String hostHeader() {
    String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return port == (tls ? 443 : 80) ? name : name + ":" + port;
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + hostHeader();
  }
}
