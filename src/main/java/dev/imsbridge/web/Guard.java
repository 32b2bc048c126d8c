package dev.imsbridge.web;

import dev.imsbridge.web.api.InternalPaths;
import dev.imsbridge.web.http.HttpAccess;
import dev.imsbridge.web.http.Problems;
import dev.imsbridge.web.http.Query;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/**
 * Authorizes every request and sets the security headers of every response. Runs before every
 * route. Thread-safe.
 */
public final class Guard implements Handler<RoutingContext> {
  private static final String BEARER = "Bearer ";
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Paths without sensitive data: health, and the page without its data. They need no token. */
  private static final Set<String> PUBLIC_PATHS = Set.of("/", "/livez", "/readyz");

  private static final String PAGE = "/page/";

  private final HttpAccess access;

  Guard(HttpAccess access) {
    this.access = access;
  }

  @Override
  public void handle(RoutingContext routing) {
    protect(routing.response());
    String path;
    String part = "path";
    try {
      path = routing.normalizedPath();
      part = "query";
      Query.of(routing.request());
    } catch (IllegalArgumentException e) {
      Problems.badRequest(
          routing.response(),
          "the %s is not valid: a %% must be followed by two hexadecimal digits".formatted(part));
      return;
    }
    if (PUBLIC_PATHS.contains(path) || path.startsWith(PAGE)) {
      routing.next();
    } else {
      admit(routing, path);
    }
  }

  /** Sets the headers that every response has. */
  static void protect(HttpServerResponse response) {
    response
        .putHeader("cache-control", "no-store")
        .putHeader("x-content-type-options", "nosniff")
        .putHeader("x-frame-options", "DENY")
        .putHeader("referrer-policy", "no-referrer")
        .putHeader("cross-origin-resource-policy", "same-origin")
        .putHeader("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  }

  private void admit(RoutingContext routing, String path) {
    HttpServerRequest request = routing.request();
    HttpServerResponse response = routing.response();
    HostAndPort host = request.authority();
    if (access.refusesHost(host == null ? null : host.host())) {
      Problems.forbidden(
          response, "without http.auth.token, the Host header must be localhost or 127.0.0.1");
    } else if (!access.admits(presentedToken(request)) && !isInstance(request, path)) {
      Problems.unauthorized(
          response, "send the token in http.auth.token as Authorization: Bearer TOKEN");
    } else if (fromAnotherSite(request, host)) {
      // This includes GET: the mirror opens a watch, and a history search takes one of a few slots.
      Problems.forbidden(response, "requests from pages of other sites are not allowed");
    } else {
      routing.next();
    }
  }

  private boolean isInstance(HttpServerRequest request, String path) {
    return path.startsWith(InternalPaths.PREFIX)
        && access.signature().admits(request.getHeader("authorization"), request.uri());
  }

  // Clients of IMS send their token in X-Auth-Token.
  private static String presentedToken(HttpServerRequest request) {
    String authorization = request.getHeader("authorization");
    return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? authorization.substring(BEARER.length()).stripLeading()
        : request.getHeader("x-auth-token");
  }

  private static boolean fromAnotherSite(HttpServerRequest request, HostAndPort host) {
    String site = request.getHeader("sec-fetch-site");
    String origin = request.getHeader("origin");
    return (site != null && !OWN_SITE.contains(site))
        || (origin != null && (host == null || !isOwnOrigin(origin, host)));
  }

  /**
   * Returns whether an origin is this server: http or https, and the host and port of the request.
   */
  private static boolean isOwnOrigin(String origin, HostAndPort host) {
    URI uri;
    try {
      uri = new URI(origin);
    } catch (URISyntaxException e) {
      return false;
    }
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    int defaultPort = tls ? HTTPS_PORT : HTTP_PORT;
    return (tls || "http".equalsIgnoreCase(uri.getScheme()))
        && host.host().equalsIgnoreCase(uri.getHost())
        && port(uri.getPort(), defaultPort) == port(host.port(), defaultPort)
        && uri.getRawUserInfo() == null
        && uri.getRawPath().isEmpty()
        && uri.getRawQuery() == null
        && uri.getRawFragment() == null;
  }

  private static int port(int given, int defaultPort) {
    return given < 0 ? defaultPort : given;
  }
}
