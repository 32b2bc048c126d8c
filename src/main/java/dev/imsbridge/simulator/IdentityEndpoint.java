package dev.imsbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.simulator.IssuedCredentials.TemporaryKey;
import dev.imsbridge.simulator.IssuedCredentials.Token;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The IAM token endpoint, and the endpoint for temporary access keys of the instance metadata
 * service. Thread-safe.
 */
final class IdentityEndpoint {
  private static final int MAX_BODY_BYTES = 64 * 1024;
  private static final DateTimeFormatter MICROS =
      new DateTimeFormatterBuilder().appendInstant(6).toFormatter(Locale.ROOT);

  private final SimulatorAuth auth;
  private final IssuedCredentials credentials;
  private final FaultSelector faults;
  private final FaultResponder responder;
  private final InstantSource clock;

  IdentityEndpoint(
      SimulatorAuth auth,
      IssuedCredentials credentials,
      FaultSelector faults,
      FaultResponder responder,
      InstantSource clock) {
    this.auth = auth;
    this.credentials = credentials;
    this.faults = faults;
    this.responder = responder;
    this.clock = clock;
  }

  /** {@code POST /v3/auth/tokens} with the password method. */
  void token(SimulatorExchange exchange) {
    exchange
        .body(MAX_BODY_BYTES)
        .map(body -> JsonText.parse(body.getBytes()))
        .onSuccess(body -> answerOrFault(exchange, FaultTarget.TOKENS, () -> token(body)))
        .onFailure(
            failure ->
                exchange.send(
                    refused(
                        400, "Bad Request", "The body must be a JSON object of at most 64 KiB.")));
  }

  /** {@code GET /openstack/latest/securitykey}. */
  void securityKey(SimulatorExchange exchange) {
    answerOrFault(exchange, FaultTarget.METADATA, this::securityKey);
  }

  private void answerOrFault(
      SimulatorExchange exchange, FaultTarget target, Supplier<SimulatorResponse> answer) {
    responder.respond(exchange, faults.of(target, clock.millis()), answer);
  }

  private SimulatorResponse token(JsonNode body) {
    JsonNode login = body.path("auth");
    JsonNode user = login.path("identity").path("password").path("user");
    if (user.path("name").asText().isEmpty() || user.path("password").asText().isEmpty()) {
      return refused(400, "Bad Request", "auth.identity.password.user needs name and password.");
    }
    if (!auth.givesTokenToAll() && auth.users().stream().noneMatch(known -> matches(known, user))) {
      return refused(401, "Unauthorized", "The username or password is wrong.");
    }
    Token issued = credentials.issueToken();
    return SimulatorResponse.json(201, describe(issued, user, login))
        .with(Map.of("X-Subject-Token", issued.value()));
  }

  private static boolean matches(IamUser known, JsonNode user) {
    return known.name().equals(user.path("name").asText())
        && known.password().equals(user.path("password").asText())
        && known.domain().equals(user.path("domain").path("name").asText());
  }

  private static ObjectNode describe(Token issued, JsonNode user, JsonNode login) {
    ObjectNode answer = JsonText.object();
    ObjectNode token = answer.putObject("token");
    token.put("expires_at", MICROS.format(issued.expiresAt()));
    token.putArray("methods").add("password");
    token.putObject("user").put("name", user.path("name").asText());
    JsonNode project = login.path("scope").path("project");
    if (project.isObject()) {
      token
          .putObject("project")
          .put("id", project.path("id").asText())
          .put("name", project.path("name").asText());
    }
    token.put("issued_at", MICROS.format(issued.issuedAt()));
    return answer;
  }

  private SimulatorResponse securityKey() {
    TemporaryKey issued = credentials.issueKey();
    ObjectNode answer = JsonText.object();
    answer
        .putObject("credential")
        .put("access", issued.key().access())
        .put("secret", issued.key().secret())
        .put("securitytoken", issued.key().securityToken())
        .put("expires_at", MICROS.format(issued.expiresAt()));
    return SimulatorResponse.json(200, answer);
  }

  private static SimulatorResponse refused(int status, String title, String message) {
    ObjectNode answer = JsonText.object();
    answer.putObject("error").put("code", status).put("message", message).put("title", title);
    return SimulatorResponse.json(status, answer);
  }
}
