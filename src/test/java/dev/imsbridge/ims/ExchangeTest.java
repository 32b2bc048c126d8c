package dev.imsbridge.ims;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.Exchanged.NoReply;
import dev.imsbridge.ims.Exchanged.Reply;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExchangeTest {

  /** A caller without a result would wait without limit. */
  @Test
  void shouldEndThoughAnAnswerBreaksItsReader() throws Exception {
    Vertx vertx = Vertx.vertx();
    HttpServer server = vertx.createHttpServer();
    server.requestHandler(request -> request.response().end("poison"));
    server
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    CompletableFuture<Exchanged> ended = new CompletableFuture<>();
    try (Transport transport = new Transport(vertx, ClientSettings.DEFAULTS)) {
      Endpoint endpoint = new Endpoint(false, "127.0.0.1", server.actualPort());
      transport.send(
          Call.get(endpoint, "/", Map.of()),
          exchanged -> {
            if (exchanged instanceof Reply) {
              throw new IllegalStateException("a reader with a mistake");
            }
            ended.complete(exchanged);
          });
      assertThat(ended.get(10, TimeUnit.SECONDS))
          .isEqualTo(new NoReply(FaultKind.MALFORMED, "unreadable: IllegalStateException"));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }
}
