package dev.imsbridge.simulator;

import dev.imsbridge.simulator.SignatureCheck.Signed;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Lets in those GETs that authenticate as the simulator was told to ask for. Thread-safe. */
final class RequestAuthenticator {
  private final SimulatorAuth auth;
  private final IssuedTokens tokens;
  private final SignatureCheck signatures;

  RequestAuthenticator(SimulatorAuth auth, IssuedTokens tokens, SignatureCheck signatures) {
    this.auth = auth;
    this.tokens = tokens;
    this.signatures = signatures;
  }

  /** The refusal; empty when the request may pass. */
  Optional<SimulatorResponse> refusal(HttpServerRequest request, String requestId) {
    if (!auth.required()) {
      return Optional.empty();
    }
    String token = request.getHeader("X-Auth-Token");
    if (auth.signatures() && (token == null || !auth.tokens())) {
      Signed signed =
          new Signed(request.method().name(), request.path(), request.query(), request::getHeader);
      return signatures
          .complaint(signed)
          .map(complaint -> SimulatorResponse.unauthorized(complaint, requestId));
    }
    if (token == null) {
      return Optional.of(SimulatorResponse.unauthorized("x-auth-token not found", requestId));
    }
    return switch (tokens.standing(token)) {
      case GOOD -> Optional.empty();
      case DEAD -> Optional.of(SimulatorResponse.tokenExpired(requestId));
      case UNKNOWN -> Optional.of(SimulatorResponse.unauthorized("decrypt token fail", requestId));
    };
  }
}
