package dev.imsbridge.ims;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imsbridge.ims.CredentialSource.Ready;
import dev.imsbridge.ims.CredentialSource.Supply;
import dev.imsbridge.ims.CredentialSource.Unavailable;
import dev.imsbridge.ims.Exchanged.NoReply;
import dev.imsbridge.ims.Exchanged.Reply;
import dev.imsbridge.wire.ApiTime;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Fetches the temporary access key of the cloud server's agency from the metadata service. Uses a
 * session token if the service issues one. Thread-safe.
 */
final class MetadataIssuer implements CredentialSource.Issuer {
  static final String SESSION_PATH = "/meta-data/latest/api/token";
  static final String KEY_PATH = "/openstack/latest/securitykey";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Transport transport;
  private final Endpoint endpoint;

  MetadataIssuer(Transport transport, Endpoint endpoint) {
    this.transport = transport;
    this.endpoint = endpoint;
  }

  @Override
  public void issue(Consumer<Supply> resultHandler) {
    Map<String, String> lifetime = Map.of("X-Metadata-Token-Ttl-Seconds", "300");
    send(
        new Call(HttpMethod.PUT, endpoint, SESSION_PATH, lifetime, new byte[0], true),
        resultHandler,
        reply -> key(session(reply), resultHandler));
  }

  private void key(Map<String, String> session, Consumer<Supply> resultHandler) {
    send(
        new Call(HttpMethod.GET, endpoint, KEY_PATH, session, null, true),
        resultHandler,
        reply -> resultHandler.accept(read(reply)));
  }

  private void send(Call call, Consumer<Supply> resultHandler, Consumer<Reply> next) {
    transport.send(
        call,
        exchanged -> {
          if (exchanged instanceof NoReply none) {
            resultHandler.accept(
                new Unavailable("metadata service at " + endpoint + ": " + none.detail()));
          } else {
            next.accept((Reply) exchanged);
          }
        });
  }

  private static Map<String, String> session(Reply reply) {
    String token = new String(reply.body(), UTF_8).strip();
    boolean given = reply.status() == 200 && token.matches("[\\x21-\\x7e]{1,4096}");
    return given ? Map.of("X-Metadata-Token", token) : Map.of();
  }

  private static Supply read(Reply reply) {
    if (reply.status() != 200) {
      return new Unavailable(
          "metadata service: HTTP " + reply.status() + "; does the server have an agency?");
    }
    try {
      JsonNode key = MAPPER.readTree(reply.body()).path("credential");
      Instant expiry = ApiTime.parse(key.path("expires_at").asText());
      if (expiry == null) {
        return new Unavailable(
            "metadata service: expires_at of the temporary access key is not a time");
      }
      return new Ready(
          new Credentials.AccessKey(
              key.path("access").asText(),
              Secret.of(key.path("secret").asText()),
              Secret.of(key.path("securitytoken").asText())),
          expiry);
    } catch (IOException | IllegalArgumentException e) {
      // Do not use the exception's message: it may quote the key.
      return new Unavailable("metadata service: an answer without a temporary access key");
    }
  }
}
