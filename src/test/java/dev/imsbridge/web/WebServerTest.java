package dev.imsbridge.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private final EventStream events = new EventStream(metrics);
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile boolean live = true;
  private WebServer server;

  @BeforeEach
  void start() throws IOException {
    server = WebServer.start(settings(0), new FakeHealth(), metrics, events);
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
  void shouldSayWhenToComeAgainAfterASearchThatTookTooLong() throws Exception {
    server.tell(
        () -> {
          throw new PastSearch.GivenUpException(Duration.ofSeconds(20));
        });

    HttpResponse<String> answer = get("/api/v1/status");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("retry-after")).hasValue("30");
    assertThat(answer.body()).contains("given up after 20 s");
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
  void shouldServeMetricsAsOpenMetricsToWhoAsksForThem() throws Exception {
    String prometheus =
        "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";

    HttpResponse<String> response = get("/metrics", "accept", prometheus);

    assertThat(response.headers().firstValue("content-type"))
        .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(response.body()).endsWith("# EOF\n");
    for (String other :
        List.of(
            "*/*", "text/plain", "application/openmetrics-text;q=0", "application/json", ";;,")) {
      assertThat(get("/metrics", "accept", other).headers().firstValue("content-type"))
          .as(other)
          .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    }
  }

  @Test
  void shouldCountRequestsByRouteAndNeverByPath() throws Exception {
    get("/livez");
    get("/v1/p1/jobs/ff8080814dbd65d7014dbe0d84db0013");
    get("/v9/p1/jobs/ff8080814dbd65d7014dbe0d84db0013");
    get("/api/v1/events");

    assertThat(get("/metrics").body().lines())
        .contains(
            requests("GET", "/livez", 200),
            requests("GET", "none", 404),
            requests("GET", "/v1/:project_id/jobs/:job_id", 503),
            requests("GET", "/api/v1/events", 503))
        .noneMatch(line -> line.contains("ff8080814dbd65d7014dbe0d84db0013"));
  }

  private static String requests(String method, String route, int status) {
    return "imsbridge_http_requests_seconds_count{method=\"%s\",route=\"%s\",status=\"%d\"} 1"
        .formatted(method, route, status);
  }

  @Test
  void shouldKnowNothingElse() throws Exception {
    assertThat(get("/etc/passwd").statusCode()).isEqualTo(404);
    HttpRequest post =
        HttpRequest.newBuilder(uri("/livez")).POST(HttpRequest.BodyPublishers.noBody()).build();
    HttpResponse<String> refused = client.send(post, HttpResponse.BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(refused.headers().firstValue("allow")).contains("GET, HEAD");
    assertThat(refused.body()).contains("\"status\":405");
    assertThat(
            client
                .send(
                    HttpRequest.newBuilder(uri("/api/v1/jobs/some-id"))
                        .PUT(HttpRequest.BodyPublishers.noBody())
                        .build(),
                    HttpResponse.BodyHandlers.discarding())
                .headers()
                .firstValue("allow"))
        .contains("DELETE, GET");
  }

  @Test
  void shouldAnswerThoughOthersHoldAllConnections() throws Exception {
    server.close();
    server =
        WebServer.start(
            settings(0),
            new Connections.Bounds(2, Duration.ofMinutes(1), Duration.ofMinutes(1)),
            new FakeHealth(),
            metrics,
            events);
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        idle.add(new Socket("127.0.0.1", server.port()));
      }
      assertThat(get("/livez").statusCode()).isEqualTo(200);
      idle.get(0).setSoTimeout(10_000);
      assertThat(idle.get(0).getInputStream().read()).isEqualTo(-1);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void shouldBoundTheSizeOfARequestsHead() throws Exception {
    assertThat(get("/livez?" + "x".repeat(5000)).statusCode()).isEqualTo(414);
    assertThat(get("/livez", "x", "y".repeat(9000)).statusCode()).isEqualTo(431);
  }

  @Test
  void shouldNameTheAddressThatIsTaken() {
    assertThatThrownBy(
            () -> WebServer.start(settings(server.port()), new FakeHealth(), metrics, events))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + server.port());
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
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

  private static WebServer.Settings settings(int port) {
    return new WebServer.Settings(loopback(port), HttpAccess.local(), Duration.ofSeconds(1));
  }
}
