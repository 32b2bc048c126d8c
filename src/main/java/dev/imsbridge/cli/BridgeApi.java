package dev.imsbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.apache.kafka.common.config.types.Password;

/** Asks a running bridge over HTTP. Immutable and thread-safe. */
final class BridgeApi {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int MOST_BYTES = 32 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String url;
  private final Password token;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();

  private BridgeApi(String url, Password token) {
    this.url = url;
    this.token = token;
  }

  /**
   * The bridge at an address, else the one that this configuration would start.
   *
   * @param url null when none was given
   * @throws CommandFailure when there is no address, or it makes no sense
   */
  static BridgeApi of(String url, BridgeConfig config) {
    String address = url == null ? listening(config) : url.replaceAll("/+$", "");
    try {
      URI uri = URI.create(address);
      if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?")) {
        return new BridgeApi(address, config.getPassword(Keys.HTTP_TOKEN));
      }
    } catch (IllegalArgumentException e) {
      throw refused(address);
    }
    throw refused(address);
  }

  private static CommandFailure refused(String url) {
    return CommandFailure.usage(
        "--url: '%s' is not a URL such as http://127.0.0.1:8080".formatted(Screen.line(url)));
  }

  private static String listening(BridgeConfig config) {
    String listen = config.getString(Keys.HTTP_LISTEN);
    if (listen.equals("off") || listen.endsWith(":0")) {
      throw CommandFailure.usage(
          "http.listen is %s, which says not where the bridge is: give --url".formatted(listen));
    }
    // What listens on all addresses is found on this one.
    return "http://" + listen.replaceFirst("^(0\\.0\\.0\\.0|\\[::]):", "127.0.0.1:");
  }

  String url() {
    return url;
  }

  /**
   * What stands there.
   *
   * @throws CommandFailure in one line, when it is not that
   */
  JsonNode get(String path) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(ANSWER)
            .header("Accept", "application/json");
    if (token != null) {
      request.header("Authorization", "Bearer " + token.value());
    }
    try {
      HttpResponse<InputStream> response =
          client.send(request.build(), BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        return read(response.statusCode(), body.readNBytes(MOST_BYTES));
      }
    } catch (IOException e) {
      throw CommandFailure.fault(
          "no bridge answers at %s: start `imsbridge run`, or say where it is with --url"
              .formatted(url),
          e);
    }
  }

  private JsonNode read(int status, byte[] body) {
    JsonNode json = json(body);
    if (status == 200 && json != null && json.isObject()) {
      return json;
    }
    if (status == 401) {
      throw CommandFailure.fault(
          "the bridge at %s wants its token: set %s".formatted(url, Keys.HTTP_TOKEN), null);
    }
    String detail = json == null ? "" : json.path("detail").asText();
    throw CommandFailure.fault(
        detail.isEmpty()
            ? "what answers at %s (with %s) is no bridge: say where it is with --url"
                .formatted(url, status)
            : "the bridge at %s answers %s: %s".formatted(url, status, Screen.line(detail)),
        null);
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return null;
    }
  }
}
