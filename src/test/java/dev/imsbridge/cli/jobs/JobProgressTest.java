package dev.imsbridge.cli.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.imsbridge.cli.common.BridgeOption;
import dev.imsbridge.cli.common.ForecastText;
import dev.imsbridge.config.BridgeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uses responses as the HTTP contract defines them. */
class JobProgressTest {
  private static final Instant NOW = Instant.parse("2024-11-06T06:00:00Z");

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private HttpServer server;
  private JobProgress progress;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    BridgeConfig config =
        BridgeConfig.load(
            null, Map.of(), List.of("http.listen=127.0.0.1:" + server.getAddress().getPort()));
    progress =
        new JobProgress(new BridgeOption().bridge(config), new ForecastText(false), () -> NOW);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = answers.get(exchange.getRequestURI().toString());
    byte[] bytes = String.valueOf(body).getBytes(UTF_8);
    exchange.sendResponseHeaders(body == null ? 404 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void job(String id, String expectedEnd) {
    answers.put(
        "/api/v1/jobs/" + id,
        """
        {"forecast": {"elapsed_ms": 60000, "expected_end_at": %s, "expected_end_by": null}}\
        """
            .formatted(expectedEnd == null ? null : '"' + expectedEnd + '"'));
  }

  @Test
  void shouldSayHowFarOneJobIs() throws Exception {
    job("a", "2024-11-06T06:01:00Z");
    assertThat(progress.of(List.of("a"))).isEqualTo("after 1m00s: ~50%, ends in 1m00s");
    job("a", null);
    assertThat(progress.of(List.of("a"))).isEqualTo("after 1m00s");
    answers.put("/api/v1/jobs/a", "{\"forecast\": null}");
    assertThat(progress.of(List.of("a"))).isEmpty();
  }

  @Test
  void shouldTellOfSeveralJobsWhenTheLastEnds() throws Exception {
    job("a", "2024-11-06T06:01:00Z");
    job("b", "2024-11-06T06:09:00Z");
    job("c", "2024-11-06T06:00:01Z");
    assertThat(progress.of(List.of("a", "b", "c")))
        .isEqualTo("3 jobs have not ended, the last after 1m00s: ~10%, ends in 9m00s");
    job("b", null);
    assertThat(progress.of(List.of("a", "b", "c"))).isEqualTo("3 jobs have not ended");
  }

  @Test
  void shouldOnlyCountManyJobs() throws Exception {
    List<String> many = IntStream.range(0, 11).mapToObj(i -> "j" + i).toList();
    many.forEach(id -> job(id, "2024-11-06T06:01:00Z"));
    assertThat(progress.of(many)).isEqualTo("11 jobs have not ended");
  }

  @Test
  void shouldDoWithoutABridge() throws Exception {
    assertThat(progress.of(List.of("unknown"))).isEmpty();
    assertThat(progress.of(Collections.emptyList())).isEmpty();
    server.stop(0);
    assertThat(progress.of(List.of("a"))).isEmpty();
    JobProgress nowhere = new JobProgress(Optional.empty(), new ForecastText(false), () -> NOW);
    assertThat(nowhere.of(List.of("a"))).isEmpty();
  }
}
