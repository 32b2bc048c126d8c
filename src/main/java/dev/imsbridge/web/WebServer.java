package dev.imsbridge.web;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The HTTP server: {@code GET /livez}, {@code /readyz} (200, or 503 with the parts that are not
 * ready), {@code /metrics}, the {@link EventStream} and the {@link PageFiles}. Thread-safe;
 * requests are served on its own event loop.
 */
public final class WebServer implements AutoCloseable {
  private static final int START_SECONDS = 10;

  private final Vertx vertx;
  private final HttpServer server;

  private WebServer(Vertx vertx, HttpServer server) {
    this.vertx = vertx;
    this.server = server;
  }

  /**
   * Listens.
   *
   * @param listen port 0 takes a free one
   * @throws IOException when the address cannot be listened on, in one line that names it
   */
  public static WebServer start(
      InetSocketAddress listen, Health health, PrometheusMeterRegistry metrics, EventStream events)
      throws IOException {
    Vertx vertx = Vertx.vertx();
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setMaxInitialLineLength(4096)
                    .setMaxHeaderSize(8192)
                    .setIdleTimeout(60))
            .requestHandler(router(vertx, health, metrics, events));
    try {
      server
          .listen(listen.getPort(), listen.getHostString())
          .toCompletionStage()
          .toCompletableFuture()
          .get(START_SECONDS, TimeUnit.SECONDS);
      return new WebServer(vertx, server);
    } catch (ExecutionException e) {
      vertx.close();
      throw new IOException(
          "cannot listen on http.listen %s:%d: %s"
              .formatted(listen.getHostString(), listen.getPort(), e.getCause().getMessage()),
          e.getCause());
    } catch (TimeoutException e) {
      vertx.close();
      throw new IOException("listening on http.listen took too long", e);
    } catch (InterruptedException e) {
      vertx.close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The port that is listened on. */
  public int port() {
    return server.actualPort();
  }

  private static Router router(
      Vertx vertx, Health health, PrometheusMeterRegistry metrics, EventStream events) {
    Router router = Router.router(vertx);
    router.route().handler(new HttpMeters(metrics));
    router
        .route()
        .handler(
            routing -> {
              routing
                  .response()
                  .putHeader("cache-control", "no-store")
                  .putHeader("x-content-type-options", "nosniff");
              routing.next();
            });
    get(router, "/livez", routing -> json(routing.response(), health.live(), Map.of()));
    get(router, "/readyz", routing -> ready(routing.response(), health));
    get(router, "/metrics", new MetricsPage(metrics)::handle);
    router.get("/api/v1/events").handler(events::handle);
    PageFiles.load().mount(router);
    return router;
  }

  private static void get(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
  }

  private static void ready(HttpServerResponse response, Health health) {
    Map<String, Boolean> parts = new TreeMap<>(health.parts());
    json(response, health.live() && !parts.containsValue(false), parts);
  }

  private static void json(HttpServerResponse response, boolean ok, Map<String, Boolean> parts) {
    JsonObject body = new JsonObject().put("status", ok ? "up" : "down");
    if (!parts.isEmpty()) {
      JsonObject each = new JsonObject();
      parts.forEach(each::put);
      body.put("parts", each);
    }
    response
        .setStatusCode(ok ? 200 : 503)
        .putHeader("content-type", "application/json")
        .end(body.encode());
  }

  /** Stops listening and closes what is open. */
  @Override
  public void close() {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(3, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
