package dev.imsbridge.cli.common;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A command must return, even if another program listens at the given address. */
@Timeout(60)
class BridgeApiTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicBoolean refused = new AtomicBoolean();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/whole",
        exchange -> {
          byte[] body = exchange.getRequestHeaders().getFirst("authorization").getBytes(UTF_8);
          exchange.sendResponseHeaders(404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.createContext("/endless", this::endless);
    server.createContext(
        "/stuck",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          awaitStop();
        });
    server.start();
  }

  private void awaitStop() {
    try {
      assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void endless(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream body = exchange.getResponseBody()) {
      while (true) {
        body.write(new byte[1 << 16]);
      }
    } catch (IOException e) {
      refused.set(true);
    }
  }

  @AfterEach
  void stop() {
    stopped.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private BridgeApi.Answer get(String path) throws Exception {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "//";
    return new BridgeApi(url, new Password("t")).send(path, Duration.ofSeconds(1), 1 << 20);
  }

  @Test
  void shouldGiveTheWholeAnswer() throws Exception {
    BridgeApi.Answer answer = get("/whole");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(new String(answer.body(), UTF_8)).isEqualTo("Bearer t");
  }

  @Test
  void shouldEndWithAnAnswerThatDoesNot() {
    assertThatThrownBy(() -> get("/endless"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("exceeds 1048576 bytes");
    await().untilTrue(refused);
  }

  /** The headers arrive in time, but the deadline also covers the body. */
  @Test
  void shouldNotWaitForTheRestOfAnAnswer() {
    assertThatThrownBy(() -> get("/stuck")).isInstanceOf(HttpTimeoutException.class);
  }
}
