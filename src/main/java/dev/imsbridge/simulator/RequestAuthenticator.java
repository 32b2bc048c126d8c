package dev.imsbridge.simulator;

import dev.imsbridge.simulator.SignatureCheck.Signed;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Checks the authentication of GETs of jobs against {@link SimulatorAuth}. Thread-safe. */
final class RequestAuthenticator {
  private final SimulatorAuth auth;
  private final IssuedTokens tokens;
  private final SignatureCheck signatures;

  RequestAuthenticator(SimulatorAuth auth, IssuedTokens tokens, SignatureCheck signatures) {
    this.auth = auth;
    this.tokens = tokens;
    this.signatures = signatures;
  }

  /** Returns the 401 for a request that fails authentication; empty if it is authenticated. */
  Optional<SimulatorResponse> reject(HttpServerRequest request, String requestId) {
    if (!auth.required()) {
      return Optional.empty();
    }
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
    return switch (tokens.state(token)) {
      case VALID -> Optional.empty();
      case EXPIRED -> Optional.of(SimulatorResponse.tokenExpired(requestId));
      case UNKNOWN -> Optional.of(SimulatorResponse.unauthorized("decrypt token fail", requestId));
    };
  }
}
