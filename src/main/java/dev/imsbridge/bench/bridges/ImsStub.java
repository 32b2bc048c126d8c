package dev.imsbridge.bench.bridges;

import dev.imsbridge.bench.common.SampleAnswers;
import dev.imsbridge.terminal.CommandFailure;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Answers that every job is running, and reports each GET. Thread-safe. */
final class ImsStub implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Consumer<String> polled;
  private final HttpServer server;

  /**
   * @param polled receives the id of each requested job, on an event loop
   */
  ImsStub(Vertx vertx, Consumer<String> polled) throws InterruptedException {
    this.polled = polled;
    try {
      server =
          vertx
              .createHttpServer()
              .requestHandler(this::answer)
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw CommandFailure.fault("the stub of IMS does not listen", e);
    }
  }

  private void answer(HttpServerRequest request) {
    String id = request.path().substring(request.path().lastIndexOf('/') + 1);
    polled.accept(id);
    var unused =
        request
            .response()
            .putHeader("Content-Type", "application/json")
            .end(SampleAnswers.body(id, "RUNNING"));
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  @Override
  public void close() {
    var unused = server.close();
  }
}
