package dev.imsbridge.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.web.api.InstanceStatus;
import dev.imsbridge.web.api.PartitionStatus;
import dev.imsbridge.web.api.TopicSearch;
import dev.imsbridge.web.http.Connections;
import dev.imsbridge.web.http.HttpAccess;
import dev.imsbridge.web.stream.EventStream;
import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orchestrators restart the process or wait depending on the status codes of these paths. */
@Timeout(60)
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
    server.status(
        instance(
            () -> {
              throw new TopicSearch.GivenUpException(Duration.ofSeconds(20));
            }));

    HttpResponse<String> answer = get("/api/v1/status");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("retry-after")).hasValue("30");
    assertThat(answer.body()).contains("given up after 20 s");
  }

  private static InstanceStatus instance(Supplier<ObjectNode> status) {
    return new InstanceStatus() {
      @Override
      public ObjectNode status() {
        return status.get();
      }

      @Override
      public List<PartitionStatus> partitions() {
        return List.of();
      }
    };
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

  /** A browser gets an empty stream instead of 503. Alerts on refusals must see it all the same. */
  @Test
  void shouldCountARefusalOfTheStreamToABrowserAs503() throws Exception {
    HttpResponse<String> refused = get("/api/v1/events", "accept", "text/event-stream");

    assertThat(refused.statusCode()).isEqualTo(200);
    assertThat(get("/metrics").body().lines()).contains(requests("GET", "/api/v1/events", 503));
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
        .contains("DELETE, GET, HEAD");
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

  /** These responses bypass all routes, but need the same problem document and security headers. */
  @Test
  void shouldBoundTheSizeOfARequestsHead() throws Exception {
    refused(get("/livez?" + "x".repeat(17_000)), 414, "16384");
    refused(get("/livez", "x", "y".repeat(17_000)), 431, "16384");
  }

  /** A stream position and a label of 512 Chinese characters fit in one request line. */
  @Test
  void shouldTakeTheLongestQueryThatTheFiltersAllow() throws Exception {
    String label = URLEncoder.encode("团".repeat(256) + ":" + "平".repeat(256), UTF_8);
    String longest = "label=" + label + "&last_event_id=" + "x".repeat(8000);

    assertThat(get("/api/v1/events?" + longest).statusCode()).isEqualTo(503);
    assertThat(get("/api/v1/events", "last-event-id", "x".repeat(8000)).statusCode())
        .isEqualTo(503);
  }

  @Test
  void shouldSayWhatIsWrongWithAQueryThatCannotBeRead() throws Exception {
    for (String path : List.of("/api/v1/jobs", "/api/v1/events", "/api/v1/status", "/livez")) {
      refused(raw("GET", path + "?cursor=%%%"), 400, "two hexadecimal digits");
    }
  }

  @Test
  void shouldRefuseAParameterOfAPathThatHasNone() throws Exception {
    server.status(instance(() -> null));
    for (String path : List.of("/api/v1/status", "/api/v1/openapi.json", "/api/v1/jobs/a")) {
      refused(get(path + "?x"), 400, "no parameters");
    }
    refused(raw("POST", "/api/v1/jobs?x=1"), 400, "no parameters");
    refused(raw("DELETE", "/api/v1/jobs/a?x=1"), 400, "no parameters");
    assertThat(get("/api/v1/openapi.json?").statusCode()).isEqualTo(200);
  }

  /** Load balancers and link checkers send HEAD. */
  @Test
  void shouldAnswerHeadWhereverItAnswersGet() throws Exception {
    for (String path :
        List.of(
            "/api/v1/jobs",
            "/api/v1/jobs/a",
            "/api/v1/jobs/a/history",
            "/api/v1/jobs/a/evidence/0/0",
            "/api/v1/events",
            "/api/v1/status",
            "/api/v1/openapi.json",
            "/v1/p/jobs/a",
            "/metrics",
            "/livez",
            "/")) {
      HttpResponse<String> head = raw("HEAD", path);
      assertThat(head.statusCode()).as(path).isEqualTo(get(path).statusCode());
      assertThat(head.body()).as(path).isEmpty();
    }
  }

  /** Keys of index entries and of internal records in the state store are not job ids. */
  @Test
  void shouldAskTheStateForJobIdsOnly() throws Exception {
    for (String id : List.of("~sub-job", "%21000000000000001%2Fa", "%23checkpoint", "a%2Fb")) {
      for (String as : List.of("root", "sub-job")) {
        refused(get("/internal/v1/trees/" + id + "?as=" + as), 400, "a job id is");
      }
    }
  }

  /** A readable request gets 503 because no bridge has started. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "text/plain",
        "application/json",
        "nonsense"
      })
  void shouldReadABodyWhateverItsContentType(String contentType) throws Exception {
    String request = "{\"job_id\":\"a\",\"labels\":{\"%\":\"50 % & more=%zz\"}}";
    for (String body : List.of(request, request + " ".repeat(60_000), "a", "%", "")) {
      HttpResponse<String> answer = post(body, "content-type", contentType);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    }
    assertThat(post(request).statusCode()).isEqualTo(503);
  }

  @Test
  void shouldBoundABodyHoweverItIsSent() throws Exception {
    refused(post(" ".repeat(65_537)), 413, "exceeds 64 KiB");
    refused(send(newPost(chunked(65_537)).build()), 413, "exceeds 64 KiB");
    refused(
        post(" ".repeat(65_537), "content-type", "application/x-www-form-urlencoded"),
        413,
        "exceeds 64 KiB");
    assertThat(send(newPost(chunked(65_536)).build()).statusCode()).isEqualTo(503);
  }

  /** curl waits 1 s for this response. Other clients wait without a limit. */
  @Test
  void shouldAskForABodyThatAClientHoldsBack() throws Exception {
    try (Socket client = held(2_000)) {
      assertThat(line(client)).isEqualTo("HTTP/1.1 100 Continue");
      client.getOutputStream().write(" ".repeat(2_000).getBytes(UTF_8));
      assertThat(line(client)).isEmpty();
      assertThat(line(client)).startsWith("HTTP/1.1 503");
    }
    try (Socket client = held(70_000)) {
      assertThat(line(client)).startsWith("HTTP/1.1 413");
    }
  }

  private Socket held(int length) throws IOException {
    Socket client = new Socket("127.0.0.1", server.port());
    client.setSoTimeout(5_000);
    String head =
        "POST /api/v1/jobs HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: ";
    client.getOutputStream().write((head + length + "\r\n\r\n").getBytes(UTF_8));
    return client;
  }

  private static String line(Socket client) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = client.getInputStream().read();
        next >= 0 && next != '\n';
        next = client.getInputStream().read()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }

  @Test
  void shouldRefuseACompressedBodyByItsName() throws Exception {
    HttpResponse<String> answer = post("x", "content-encoding", "gzip");

    refused(answer, 415, "compressed");
    assertThat(answer.headers().firstValue("accept-encoding")).hasValue("identity");
    assertThat(post("x", "content-encoding", "Identity").statusCode()).isEqualTo(503);
  }

  private static HttpRequest.BodyPublisher chunked(int length) {
    return HttpRequest.BodyPublishers.ofInputStream(
        () -> new ByteArrayInputStream(" ".repeat(length).getBytes(UTF_8)));
  }

  private HttpResponse<String> post(String body, String... headers) throws Exception {
    HttpRequest.Builder post = newPost(HttpRequest.BodyPublishers.ofString(body));
    return send((headers.length > 0 ? post.headers(headers) : post).build());
  }

  private HttpRequest.Builder newPost(HttpRequest.BodyPublisher body) {
    return HttpRequest.newBuilder(uri("/api/v1/jobs"))
        .version(HttpClient.Version.HTTP_1_1)
        .POST(body);
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static void refused(HttpResponse<String> answer, int status, String detail) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(answer.headers().firstValue("x-frame-options")).hasValue("DENY");
    assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
    assertThat(answer.body()).contains("\"status\":" + status, detail);
  }

  /** Sends a target without validation, as curl does. */
  private HttpResponse<String> raw(String method, String target) throws Exception {
    return RawHttp.send(server.port(), method, target, "");
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
