package dev.imsbridge.ims;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imsbridge.ims.CredentialSource.Ready;
import dev.imsbridge.ims.CredentialSource.Supply;
import dev.imsbridge.ims.CredentialSource.Unavailable;
import dev.imsbridge.ims.Exchanged.NoReply;
import dev.imsbridge.ims.Exchanged.Reply;
import dev.imsbridge.wire.ApiTime;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Exchanges a user's name and password at IAM for a token of one project. Thread-safe. */
final class IamIssuer implements CredentialSource.Issuer {
  /** Excludes the service catalog, which would be most of the answer. */
  static final String PATH = "/v3/auth/tokens?nocatalog=true";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration DEFAULT_LIFETIME = Duration.ofHours(1);

  private final Transport transport;
  private final Credentials.Password credentials;
  private final String projectId;
  private final InstantSource clock;

  IamIssuer(
      Transport transport,
      Credentials.Password credentials,
      String projectId,
      InstantSource clock) {
    this.transport = transport;
    this.credentials = credentials;
    this.projectId = projectId;
    this.clock = clock;
  }

  @Override
  public void issue(Consumer<Supply> resultHandler) {
    Call call =
        new Call(
            HttpMethod.POST,
            credentials.iam(),
            PATH,
            Map.of("Content-Type", "application/json"),
            body(),
            false);
    transport.send(call, exchanged -> resultHandler.accept(read(exchanged)));
  }

  private byte[] body() {
    Map<String, Object> user =
        Map.of(
            "name", credentials.user(),
            "password", credentials.password().reveal(),
            "domain", Map.of("name", credentials.domain()));
    Map<String, Object> identity =
        Map.of("methods", List.of("password"), "password", Map.of("user", user));
    Map<String, Object> scope = Map.of("project", Map.of("id", projectId));
    return JsonObject.of("auth", Map.of("identity", identity, "scope", scope))
        .toBuffer()
        .getBytes();
  }

  private Supply read(Exchanged exchanged) {
    if (exchanged instanceof NoReply none) {
      return new Unavailable("IAM: " + none.detail());
    }
    Reply reply = Mask.over(credentials.password()).apply((Reply) exchanged);
    String token = reply.headers().get("X-Subject-Token");
    if (reply.status() != 201 || token == null || token.isBlank()) {
      ErrorBody error = ErrorBody.read(reply.body());
      return new Unavailable(
          Detail.of("IAM: HTTP " + reply.status() + ", " + error.code() + " " + error.message()));
    }
    try {
      return new Ready(new Credentials.Token(Secret.of(token)), expiry(reply.body()));
    } catch (IllegalArgumentException e) {
      return new Unavailable("IAM: the token is not valid in a header");
    }
  }

  private Instant expiry(byte[] body) {
    Instant defaultExpiry = clock.instant().plus(DEFAULT_LIFETIME);
    try {
      String stated = MAPPER.readTree(body).path("token").path("expires_at").asText();
      return Objects.requireNonNullElse(ApiTime.parse(stated), defaultExpiry);
    } catch (IOException e) {
      return defaultExpiry;
    }
  }
}
