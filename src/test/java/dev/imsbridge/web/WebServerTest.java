package dev.imsbridge.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An orchestrator asks these paths to decide whether to restart or to wait: the codes matter. */
class WebServerTest {
  private final Map<String, Boolean> parts = new ConcurrentHashMap<>(Map.of("topology", false));
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile boolean live = true;
  private WebServer server;

  @BeforeEach
  void start() throws IOException {
    server = WebServer.start(loopback(0), new FakeHealth(), metrics);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldBeReadyOnlyWhenEveryPartIs() throws Exception {
    HttpResponse<String> waiting = get("/readyz");
    parts.put("topology", true);
    HttpResponse<String> ready = get("/readyz");

    assertThat(waiting.statusCode()).isEqualTo(503);
    assertThat(waiting.body()).contains("\"topology\":false");
    assertThat(ready.statusCode()).isEqualTo(200);
  }

  @Test
  void shouldSayThatItIsNotAlive() throws Exception {
    assertThat(get("/livez").statusCode()).isEqualTo(200);

    live = false;

    assertThat(get("/livez").statusCode()).isEqualTo(503);
  }

  @Test
  void shouldServeMetricsAsPrometheusText() throws Exception {
    Counter.builder("imsbridge.test").register(metrics).increment();

    HttpResponse<String> response = get("/metrics");

    assertThat(response.headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    assertThat(response.body()).contains("imsbridge_test_total 1.0");
  }

  @Test
  void shouldKnowNothingElse() throws Exception {
    assertThat(get("/etc/passwd").statusCode()).isEqualTo(404);
    HttpRequest post =
        HttpRequest.newBuilder(uri("/livez")).POST(HttpRequest.BodyPublishers.noBody()).build();
    assertThat(client.send(post, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(405);
  }

  @Test
  void shouldNameTheAddressThatIsTaken() {
    assertThatThrownBy(() -> WebServer.start(loopback(server.port()), new FakeHealth(), metrics))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + server.port());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private static InetSocketAddress loopback(int port) {
    return InetSocketAddress.createUnresolved("127.0.0.1", port);
  }

  private final class FakeHealth implements Health {
    @Override
    public boolean live() {
      return live;
    }

    @Override
    public Map<String, Boolean> parts() {
      return parts;
    }
  }
}
