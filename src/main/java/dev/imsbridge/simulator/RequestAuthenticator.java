package dev.imsbridge.simulator;

import dev.imsbridge.simulator.SignatureCheck.Signed;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Checks the authentication of GETs of jobs against {@link SimulatorAuth}, and counts those that
 * fail. Thread-safe.
 */
final class RequestAuthenticator {
  private final SimulatorAuth auth;
  private final IssuedCredentials credentials;
  private final SignatureCheck signatures;
  private final RequestCounters counters;

  RequestAuthenticator(
      SimulatorAuth auth,
      IssuedCredentials credentials,
      InstantSource clock,
      RequestCounters counters) {
    this.auth = auth;
    this.credentials = credentials;
    this.signatures = new SignatureCheck(credentials, clock);
    this.counters = counters;
  }

  /** Returns the 401 for a request that fails authentication; empty if it is authenticated. */
  Optional<SimulatorResponse> reject(SimulatorExchange exchange) {
    if (!auth.required()) {
      return Optional.empty();
    }
    Optional<SimulatorResponse> refusal = check(exchange.request(), exchange.requestId());
    refusal.ifPresent(refused -> counters.countRefused());
    return refusal;
  }

  private Optional<SimulatorResponse> check(HttpServerRequest request, String requestId) {
    String token = request.getHeader("X-Auth-Token");
    if (auth.signatures() && (token == null || !auth.tokens())) {
      Signed signed =
          new Signed(request.method().name(), request.path(), request.query(), request::getHeader);
      return signatures
          .reject(signed)
          .map(reason -> SimulatorResponse.unauthorized(reason, requestId));
    }
    if (token == null) {
      return Optional.of(SimulatorResponse.unauthorized("x-auth-token not found", requestId));
    }
    return switch (credentials.state(token)) {
      case VALID -> Optional.empty();
      case EXPIRED -> Optional.of(SimulatorResponse.tokenExpired(requestId));
      case UNKNOWN -> Optional.of(SimulatorResponse.unauthorized("decrypt token fail", requestId));
    };
  }
}
