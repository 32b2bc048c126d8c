package dev.imsbridge.web.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.web.http.Bodies;
import dev.imsbridge.web.http.HttpAccess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The address of an instance comes from Kafka and may be that of any other server. */
@Timeout(60)
class PeersTest {
  private static final String TOKEN = "correct-horse";

  private final Vertx vertx = Vertx.vertx();
  private final Peers peers = new Peers(vertx, HttpAccess.token(TOKEN));
  private final AtomicReference<HttpServerRequest> asked = new AtomicReference<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  @AfterEach
  void stop() throws Exception {
    get(vertx.close());
  }

  private interface Answer {
    void send(HttpServerResponse response);
  }

  private Future<Peers.Reply> ask(Answer answer) throws Exception {
    HttpServer server =
        get(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      asked.set(request);
                      request.connection().closeHandler(gone -> closed.set(true));
                      answer.send(request.response());
                    })
                .listen(0, "127.0.0.1"));
    return peers.get(
        new HostInfo("127.0.0.1", server.actualPort()), InternalPaths.JOBS, Map.of("label", "a:ü"));
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void shouldNotShowTheToken() throws Exception {
    Peers.Reply reply = get(ask(response -> response.setStatusCode(200).end("{}")));

    assertThat(reply.body().toString()).isEqualTo("{}");
    assertThat(asked.get().headers().toString()).contains("Imsbridge ").doesNotContain(TOKEN);
  }

  @Test
  void shouldBoundTheBody() throws Exception {
    Buffer part = Buffer.buffer(new byte[1 << 20]);
    Future<Peers.Reply> reply =
        ask(
            response -> {
              response.setChunked(true);
              endless(response, part);
            });

    assertThatThrownBy(() -> get(reply)).hasRootCauseInstanceOf(Bodies.TooLongException.class);
    await().untilTrue(closed);
  }

  private void endless(HttpServerResponse response, Buffer part) {
    if (!closed.get()) {
      response.write(part).onSuccess(sent -> endless(response, part));
    }
  }

  /** The deadline applies to the whole response, not only to its headers. */
  @Test
  void shouldNotWaitForABodyThatNeverEnds() throws Exception {
    Future<Peers.Reply> reply =
        ask(
            response -> {
              response.setChunked(true).write("{");
              vertx.setPeriodic(100, timer -> response.write(" "));
            });

    assertThatThrownBy(() -> get(reply)).hasRootCauseInstanceOf(TimeoutException.class);
    await().untilTrue(closed);
  }

  @Test
  void shouldTakeTheListOfTenThousandPartitions() throws Exception {
    String partitions = "10000,".repeat(10_000);
    Peers.Reply reply =
        get(
            ask(
                response ->
                    response
                        .setStatusCode(404)
                        .putHeader(InternalPaths.PARTITIONS, partitions)
                        .end()));

    assertThat(reply.partitions()).isEqualTo(partitions);
  }
}
