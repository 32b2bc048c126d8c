package dev.imsbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.config.Ports;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import java.io.IOException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** Sends GET requests to the HTTP API of a running bridge. Immutable and thread-safe. */
final class BridgeApi {
  private static final BridgeHttp.Bounds BOUNDS =
      new BridgeHttp.Bounds(Duration.ofSeconds(3), Duration.ofSeconds(10), 32 << 20);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BridgeHttp http;

  private BridgeApi(BridgeHttp http) {
    this.http = http;
  }

  /**
   * Connects to the bridge at an address, or at the address that this configuration listens on.
   *
   * @param url null for the address in the configuration
   * @throws CommandFailure if there is no address, or it is not a valid URL
   */
  static BridgeApi of(String url, BridgeConfig config) {
    return new BridgeApi(
        new BridgeHttp(
            url == null ? listening(config) : url, config.getPassword(Keys.HTTP_TOKEN), BOUNDS));
  }

  private static String listening(BridgeConfig config) {
    String listen = config.getString(Keys.HTTP_LISTEN);
    return Ports.reachable(listen)
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "http.listen is %s, which does not name the bridge's port: give --url"
                        .formatted(listen)));
  }

  String url() {
    return http.url();
  }

  /**
   * Returns the JSON object at a path.
   *
   * @throws CommandFailure if the bridge does not answer in time, or answers with anything else
   */
  JsonNode get(String path) throws InterruptedException {
    try {
      BridgeHttp.Answer answer = http.get(path);
      return read(answer.status(), answer.body());
    } catch (HttpConnectTimeoutException e) {
      throw nobody(e);
    } catch (HttpTimeoutException e) {
      throw CommandFailure.fault(
          "the bridge at %s did not answer completely within %s s"
              .formatted(url(), BOUNDS.answer().toSeconds()),
          e);
    } catch (IOException e) {
      throw nobody(e);
    }
  }

  private CommandFailure nobody(IOException e) {
    return CommandFailure.fault(
        "no bridge answers at %s: start `imsbridge run`, or say where it is with --url"
            .formatted(url()),
        e);
  }

  private JsonNode read(int status, byte[] body) {
    JsonNode json = json(body);
    if (status == 200 && json != null && json.isObject()) {
      return json;
    }
    if (status == 401) {
      throw CommandFailure.fault(
          "the bridge at %s wants its token: set %s".formatted(url(), Keys.HTTP_TOKEN), null);
    }
    String detail = json == null ? "" : json.path("detail").asText();
    throw CommandFailure.fault(
        detail.isEmpty()
            ? "the server at %s (status %s) is not a bridge: give its address with --url"
                .formatted(url(), status)
            : "the bridge at %s answers %s: %s".formatted(url(), status, SafeText.line(detail)),
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
