package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.service.Bridge;
import dev.imsbridge.service.Roles;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.terminal.Lifecycle;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.types.Password;

/** A bridge with all its parts in the process of the test, and its simulator. */
record WholeBridge(
    Lifecycle parts, BridgeConfig config, Bridge.Running running, SimulatorServer simulator)
    implements AutoCloseable {

  /** Starts a bridge that polls ten times a second, and waits until it is ready. */
  static WholeBridge start(SharedBroker broker, Path directory, String... settings)
      throws Exception {
    return start(broker.bootstrapServers(), broker.newPrefix(), directory, settings);
  }

  /** Like the other {@code start}, on a given cluster and with a given prefix. */
  static WholeBridge start(
      String bootstrapServers, String prefix, Path directory, String... settings) throws Exception {
    Lifecycle parts = new Lifecycle(Duration.ofSeconds(10));
    SimulatorServer simulator =
        parts.start(
            "simulator", () -> SimulatorServer.start(SimulatorOptions.defaults().withSpeed(200)));
    return start(parts, simulator, bootstrapServers, prefix, directory, settings);
  }

  /** Starts another instance of this bridge. */
  WholeBridge another(SharedBroker broker, Path directory, String... settings) throws Exception {
    String prefix = config.topics().prefix();
    return start(
        new Lifecycle(Duration.ofSeconds(10)),
        simulator,
        broker.bootstrapServers(),
        prefix,
        directory,
        settings);
  }

  private static WholeBridge start(
      Lifecycle parts,
      SimulatorServer simulator,
      String bootstrapServers,
      String prefix,
      Path directory,
      String... settings)
      throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                Keys.KAFKA_BOOTSTRAP + "=" + bootstrapServers,
                Keys.TOPICS_PREFIX + "=" + prefix,
                Keys.TOPICS_PARTITIONS + "=4",
                Keys.STATE_DIR + "=" + directory,
                Keys.IMS_ENDPOINT + "=" + simulator.uri(),
                Keys.IMS_AUTH + "=none",
                Keys.IMS_RATE + "=1000",
                Keys.POLL_POLICY + "=fixed",
                Keys.POLL_INTERVAL + "=100ms",
                Keys.WATCH_GRACE + "=1s",
                Keys.WATCH_SEEN_GRACE + "=1s",
                Keys.HTTP_LISTEN + "=127.0.0.1:0"));
    all.addAll(List.of(settings));
    BridgeConfig config = BridgeConfig.load(null, Map.of(), all);
    Bridge.Running running = new Bridge(parts, config, Roles.ALL).start();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> running.health().readyOrWait(Duration.ofMillis(100)));
    return new WholeBridge(parts, config, running, simulator);
  }

  String url() {
    return "http://127.0.0.1:" + running.http().port();
  }

  /** Requests a job over HTTP. */
  void request(HttpClient http, String id) throws Exception {
    request(http, id, Map.of());
  }

  void request(HttpClient http, String id, Map<String, String> labels) throws Exception {
    String body = new JsonObject().put("job_id", id).put("labels", labels).encode();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url() + "/api/v1/jobs"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body));
    Password token = config.getPassword(Keys.HTTP_TOKEN);
    if (token != null) {
      request.header("authorization", "Bearer " + token.value());
    }
    HttpResponse<String> accepted =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
  }

  @Override
  public void close() {
    parts.close();
  }
}
