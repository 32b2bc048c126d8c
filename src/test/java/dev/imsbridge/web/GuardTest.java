package dev.imsbridge.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.web.api.InternalPaths;
import dev.imsbridge.web.api.Peers;
import dev.imsbridge.web.http.HttpAccess;
import dev.imsbridge.web.stream.EventStream;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Access control. The guard responds with 401 or 403; any other status means that it admitted the
 * request.
 */
class GuardTest {
  private static final String TOKEN = "correct-horse";

  private final Vertx vertx = Vertx.vertx();
  // One connection per request: the server may close a kept-alive connection before it is reused.
  private final HttpClient client =
      vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
  private WebServer server;

  private record Answer(int status, MultiMap headers, String body) {}

  private void start(HttpAccess access) throws Exception {
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    server =
        WebServer.start(
            new WebServer.Settings(
                InetSocketAddress.createUnresolved("127.0.0.1", 0), access, Duration.ofSeconds(1)),
            new Health() {
              @Override
              public boolean live() {
                return true;
              }

              @Override
              public Map<String, Boolean> parts() {
                return Map.of();
              }
            },
            metrics,
            new EventStream(metrics));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  private Answer ask(String method, String path, String... headers) throws Exception {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(method))
            .setHost("127.0.0.1")
            .setPort(server.port())
            .setURI(path);
    for (int i = 0; i < headers.length; i += 2) {
      options.putHeader(headers[i], headers[i + 1]);
    }
    return client
        .request(options)
        .compose(
            request -> {
              // A browser would have connected under this name.
              for (int i = 0; i < headers.length; i += 2) {
                if (headers[i].equals("host")) {
                  request.authority(
                      io.vertx.core.net.HostAndPort.parseAuthority(headers[i + 1], 80));
                }
              }
              return request.send();
            })
        .compose(
            response ->
                response
                    .body()
                    .map(
                        body ->
                            new Answer(response.statusCode(), response.headers(), body.toString())))
        .toCompletionStage()
        .toCompletableFuture()
        .get(1, TimeUnit.MINUTES);
  }

  @Test
  void shouldLetInWhoShowsTheTokenAndNobodyElse() throws Exception {
    start(HttpAccess.token(TOKEN));
    for (String path :
        new String[] {
          "/api/v1/jobs",
          "/api/v1/events",
          "/api/v1/status",
          "/api/v1/openapi.json",
          "/metrics",
          "/internal/v1/jobs",
          "/v1/p/jobs/a",
          "/nothing",
          "/page/../api/v1/jobs"
        }) {
      assertThat(ask("GET", path).status()).as(path).isEqualTo(401);
      assertThat(ask("GET", path, "authorization", "Bearer " + TOKEN).status())
          .as(path)
          .isNotIn(401, 403);
    }
    assertThat(ask("GET", "/api/v1/jobs", "authorization", "Bearer " + TOKEN + "x").status())
        .isEqualTo(401);
    assertThat(ask("GET", "/api/v1/jobs", "authorization", "Basic " + TOKEN).status())
        .isEqualTo(401);
    assertThat(ask("GET", "/api/v1/jobs?token=" + TOKEN).status()).isEqualTo(401);
    assertThat(ask("GET", "/v1/p/jobs/a", "x-auth-token", TOKEN).status()).isEqualTo(503);
  }

  /** The name of an authentication scheme is case-insensitive (RFC 9110). */
  @ParameterizedTest
  @ValueSource(strings = {"bearer ", "BEARER ", "Bearer   "})
  void shouldTakeTheNameOfTheSchemeInAnyCase(String scheme) throws Exception {
    start(HttpAccess.token(TOKEN));
    assertThat(ask("GET", "/api/v1/openapi.json", "authorization", scheme + TOKEN).status())
        .isEqualTo(200);
    assertThat(ask("GET", "/api/v1/openapi.json", "authorization", scheme).status()).isEqualTo(401);
  }

  @Test
  void shouldTakeOnlyTheOriginThatTheHostNames() throws Exception {
    start(HttpAccess.everybody());
    String path = "/api/v1/openapi.json";
    String own = "127.0.0.1:" + server.port();
    for (String origin :
        new String[] {
          "http://evil://" + own,
          "http://evil.example/://" + own,
          "http://user@" + own,
          "http://" + own + ".evil.example",
          "http://127.0.0.1",
          "ftp://" + own,
          "://" + own,
          own,
          "http://" + own + "/path",
          ""
        }) {
      assertThat(ask("GET", path, "origin", origin).status()).as(origin).isEqualTo(403);
    }
    for (String origin : new String[] {"http://" + own, "HTTP://" + own, "https://" + own}) {
      assertThat(ask("GET", path, "origin", origin).status()).as(origin).isEqualTo(200);
    }
    // A proxy that terminates TLS may omit the port.
    assertThat(status(path, "bridge.example", "https://Bridge.Example")).isEqualTo(200);
    assertThat(status(path, "bridge.example:443", "https://bridge.example")).isEqualTo(200);
    assertThat(status(path, "bridge.example", "https://bridge.example:8443")).isEqualTo(403);
    assertThat(status(path, "[::1]:8080", "http://[::1]:8080")).isEqualTo(200);
  }

  private int status(String path, String host, String origin) throws Exception {
    return RawHttp.send(server.port(), "GET", path, "", "host", host, "origin", origin)
        .statusCode();
  }

  @Test
  void shouldSayWhatToShowAndNotWhatItIs() throws Exception {
    start(HttpAccess.token(TOKEN));
    Answer refused = ask("GET", "/api/v1/jobs", "authorization", "Bearer wrong");
    assertThat(refused.headers().get("www-authenticate")).startsWith("Bearer");
    assertThat(refused.headers().get("content-type")).isEqualTo("application/problem+json");
    assertThat(refused.body()).contains("http.auth.token").doesNotContain(TOKEN, "wrong");
  }

  @Test
  void shouldLetInAnotherInstanceWithoutTheToken() throws Exception {
    start(HttpAccess.token(TOKEN));
    HostInfo self = new HostInfo("127.0.0.1", server.port());
    Peers peers = new Peers(vertx, HttpAccess.token(TOKEN));
    assertThat(status(peers, self)).as("before its address is known").isEqualTo(401);

    server.advertised("127.0.0.1:" + server.port());
    assertThat(status(peers, self)).isEqualTo(503);
    assertThat(status(new Peers(vertx, HttpAccess.token("other")), self)).isEqualTo(401);
    assertThat(status(new Peers(vertx, HttpAccess.everybody()), self)).isEqualTo(401);
    assertThat(status(peers, new HostInfo("localhost", server.port())))
        .as("by another address")
        .isEqualTo(401);
    String signature =
        HttpAccess.token(TOKEN).signature().sign("127.0.0.1:" + server.port(), "/api/v1/jobs");
    assertThat(ask("GET", "/api/v1/jobs", "authorization", signature).status())
        .as("outside of the internal API")
        .isEqualTo(401);
  }

  private static int status(Peers peers, HostInfo host) throws Exception {
    return peers
        .get(host, InternalPaths.JOBS, Map.of("q", "ü;&"))
        .toCompletionStage()
        .toCompletableFuture()
        .get(1, TimeUnit.MINUTES)
        .status();
  }

  @Test
  void shouldKeepHealthAndThePageOpen() throws Exception {
    start(HttpAccess.token(TOKEN));
    for (String path : new String[] {"/livez", "/readyz", "/", "/page/app.js"}) {
      assertThat(ask("GET", path).status()).as(path).isEqualTo(200);
    }
  }

  /** DNS rebinding: a page whose host name resolves to 127.0.0.1 could read all responses. */
  @Test
  void shouldAnswerOnlyToLocalNamesWhileNobodyNeedsAToken() throws Exception {
    start(HttpAccess.local());
    assertThat(ask("GET", "/api/v1/openapi.json", "host", "evil.example:8080").status())
        .isEqualTo(403);
    assertThat(ask("GET", "/api/v1/openapi.json", "host", "127.0.0.1.evil.example").status())
        .isEqualTo(403);
    for (String name : new String[] {"localhost:8080", "127.0.0.1", "[::1]:8080", "LOCALHOST"}) {
      assertThat(ask("GET", "/api/v1/openapi.json", "host", name).status()).as(name).isEqualTo(200);
    }
  }

  @Test
  void shouldLetNoPageOfAnotherSiteChangeAnything() throws Exception {
    start(HttpAccess.local());
    for (String method : new String[] {"POST", "DELETE"}) {
      String path = method.equals("POST") ? "/api/v1/jobs" : "/api/v1/jobs/a";
      assertThat(ask(method, path, "origin", "http://evil.example").status()).isEqualTo(403);
      assertThat(ask(method, path, "origin", "null").status()).isEqualTo(403);
      assertThat(ask(method, path, "sec-fetch-site", "cross-site").status()).isEqualTo(403);
      assertThat(ask(method, path, "sec-fetch-site", "same-origin").status()).isEqualTo(503);
      assertThat(ask(method, path, "origin", "http://127.0.0.1:" + server.port()).status())
          .isEqualTo(503);
    }
  }

  /**
   * Any web page can make a browser send a GET to loopback. The page cannot read the response, but
   * the request opens a watch or takes one of the few search places.
   */
  @Test
  void shouldLetNoPageOfAnotherSiteAskForAnything() throws Exception {
    start(HttpAccess.local());
    for (String path :
        new String[] {"/v1/p/jobs/a", "/api/v1/jobs/a/history", "/api/v1/events", "/metrics"}) {
      for (String method : new String[] {"GET", "HEAD", "OPTIONS"}) {
        for (String site : new String[] {"cross-site", "same-site"}) {
          assertThat(ask(method, path, "sec-fetch-site", site).status())
              .as("%s %s %s", method, path, site)
              .isEqualTo(403);
        }
      }
      assertThat(ask("GET", path, "origin", "http://evil.example").status()).isEqualTo(403);
      for (String site : new String[] {"same-origin", "none"}) {
        assertThat(ask("GET", path, "sec-fetch-site", site).status()).isNotEqualTo(403);
      }
      assertThat(ask("GET", path).status()).as("a client that is no browser").isNotEqualTo(403);
    }
    for (String path : new String[] {"/", "/livez", "/readyz", "/page/app.js"}) {
      assertThat(ask("GET", path, "sec-fetch-site", "cross-site").status()).as(path).isEqualTo(200);
    }
  }

  @Test
  void shouldProtectEveryAnswerInABrowser() throws Exception {
    start(HttpAccess.everybody());
    for (String path :
        new String[] {"/livez", "/api/v1/openapi.json", "/nothing", "/v1/p/jobs/a"}) {
      MultiMap headers = ask("GET", path).headers();
      assertThat(headers.get("x-content-type-options")).as(path).isEqualTo("nosniff");
      assertThat(headers.get("x-frame-options")).as(path).isEqualTo("DENY");
      assertThat(headers.get("cache-control")).as(path).isEqualTo("no-store");
      assertThat(headers.get("content-security-policy")).as(path).contains("default-src 'none'");
    }
  }

  @Test
  void shouldSayWhatIsWrongWithAPathThatCannotBeRead() throws Exception {
    start(HttpAccess.token(TOKEN));
    for (String path : new String[] {"/%zz", "/api/v1/jobs/%"}) {
      Answer refused = ask("GET", path);
      assertThat(refused.status()).as(path).isEqualTo(400);
      assertThat(refused.headers().get("content-type")).isEqualTo("application/problem+json");
      assertThat(refused.headers().get("x-frame-options")).isEqualTo("DENY");
      assertThat(refused.body()).contains("two hexadecimal digits");
    }
  }
}
