package dev.imsbridge.web.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that send no request, an incomplete one, or wait for a response. They use raw sockets.
 */
class ConnectionsTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final String ASK = "GET /now HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final int READ_MILLIS = 20;
  private static final String ASK_AND_WAIT = "GET /later HTTP/1.1\r\nhost: x\r\n\r\n";

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<HttpServerResponse> held = new LinkedBlockingQueue<>();
  private final List<Socket> sockets = new ArrayList<>();
  private HttpServer server;

  private void serve(int most, Duration request, Duration idle) throws Exception {
    Connections connections = new Connections(vertx, new Connections.Bounds(most, request, idle));
    Router router = Router.router(vertx);
    router.route().order(-1).handler(connections::requestBegan);
    router.errorHandler(500, routing -> {});
    router.get("/now").handler(routing -> routing.response().end("now"));
    router.get("/later").handler(routing -> held.add(routing.response()));
    router
        .post("/body")
        .handler(BodyHandler.create(false))
        .handler(routing -> routing.response().end("took it"));
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
            .connectionHandler(connections)
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private Socket open(String sent) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.actualPort());
    sockets.add(socket);
    socket.setSoTimeout(READ_MILLIS);
    write(socket, sent);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean closed(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean closedThoughFed(Socket socket, String drop) {
    try {
      write(socket, drop);
    } catch (IOException e) {
      return true;
    }
    return closed(socket);
  }

  private static void awaitAnswer(Socket socket, String body) throws IOException {
    StringBuilder read = new StringBuilder();
    socket.setSoTimeout(10_000);
    while (!read.toString().endsWith("\r\n\r\n" + body)) {
      int next = socket.getInputStream().read();
      assertThat(next).as("closed after '%s'", read).isNotNegative();
      read.append((char) next);
    }
    assertThat(read.toString()).startsWith("HTTP/1.1 200 ");
    socket.setSoTimeout(READ_MILLIS);
  }

  private static boolean answered(Socket socket) {
    try {
      return socket.getInputStream().read() == 'H';
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void shouldCloseWhoNeverAsks() throws Exception {
    serve(10, SHORT, LONG);
    Socket silent = open("");
    await().until(() -> closed(silent));
  }

  @Test
  void shouldCloseWhoTricklesItsHead() throws Exception {
    serve(10, SHORT, LONG);
    Socket trickling = open("GET /now HTTP/1.1\r\nx: ");
    await().until(() -> closedThoughFed(trickling, "a"));
  }

  @Test
  void shouldCloseWhoTricklesABody() throws Exception {
    serve(10, SHORT, LONG);
    Socket trickling = open("POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 60000\r\n\r\n");
    await().until(() -> closedThoughFed(trickling, "a"));
  }

  @Test
  void shouldCloseWhoTricklesABodyThatNobodyWaitsFor() throws Exception {
    serve(10, SHORT, LONG);
    Socket trickling = open("GET /now HTTP/1.1\r\nhost: x\r\ncontent-length: 60000\r\n\r\n");
    awaitAnswer(trickling, "now");
    await().until(() -> closedThoughFed(trickling, "a"));
  }

  @Test
  void shouldCloseWhoStaysSilentAfterAnAnswer() throws Exception {
    serve(10, LONG, SHORT);
    Socket idle = open(ASK);
    awaitAnswer(idle, "now");
    await().until(() -> closed(idle));
  }

  @Test
  void shouldTakeAnotherRequestAfterAnAnswer() throws Exception {
    serve(10, LONG, LONG);
    Socket socket = open(ASK + ASK);
    awaitAnswer(socket, "now");
    awaitAnswer(socket, "now");
    write(socket, "POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nab");
    awaitAnswer(socket, "took it");
  }

  @Test
  void shouldLeaveInPeaceWhoWaitsForAnAnswer() throws Exception {
    serve(10, SHORT, SHORT);
    Socket waiting = open(ASK_AND_WAIT);
    HttpServerResponse response = held.poll(10, TimeUnit.SECONDS);
    // Opened later, and its time has already expired.
    Socket silent = open("");
    await().until(() -> closed(silent));
    response.end("later");
    awaitAnswer(waiting, "later");
  }

  @Test
  void shouldLetInWhoAsksThoughOthersHoldAllConnections() throws Exception {
    serve(3, LONG, LONG);
    Socket waiting = open(ASK_AND_WAIT);
    HttpServerResponse response = held.poll(10, TimeUnit.SECONDS);
    Socket first = open("");
    Socket second = open("GET /now HTTP/1.1\r\n");
    Socket operator = open(ASK);
    awaitAnswer(operator, "now");
    await().until(() -> closed(first));
    assertThat(closed(second)).isFalse();
    response.end("later");
    awaitAnswer(waiting, "later");
  }

  @Test
  void shouldCloseANewOneOnlyWhenAllAreBeingAnswered() throws Exception {
    serve(2, LONG, LONG);
    open(ASK_AND_WAIT);
    open(ASK_AND_WAIT);
    assertThat(held.poll(10, TimeUnit.SECONDS)).isNotNull();
    HttpServerResponse second = held.poll(10, TimeUnit.SECONDS);
    Socket refused = open("");
    await().until(() -> closed(refused));
    second.end("later");
    // The place becomes free as soon as the response is sent.
    await().until(() -> answered(open(ASK)));
  }
}
