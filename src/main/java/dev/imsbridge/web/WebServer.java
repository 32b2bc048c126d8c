package dev.imsbridge.web;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The HTTP server, as the OpenAPI document describes it. Each part of the API mounts its own
 * routes; all but health and the page stand behind the {@link Guard}. Thread-safe; requests are
 * served on its own event loops, and what reads disk or Kafka on workers.
 */
public final class WebServer implements AutoCloseable {
  private static final int START_SECONDS = 10;

  /**
   * For the first line of a request and for its headers: each takes a position in the stream of
   * events, and the line also a label, percent-encoded.
   */
  private static final int MOST_HEAD_BYTES = 16 << 10;

  /**
   * @param listen port 0 takes a free one
   * @param mirrorWait how long the mirror of IMS may wait for IMS
   */
  public record Settings(InetSocketAddress listen, HttpAccess access, Duration mirrorWait) {}

  private final Vertx vertx;
  private final InetSocketAddress listen;
  private final HttpAccess access;
  private final HttpServer server;
  private final Served served;

  private WebServer(Vertx vertx, Settings settings, HttpServer server, Served served) {
    this.vertx = vertx;
    this.listen = settings.listen();
    this.access = settings.access();
    this.server = server;
    this.served = served;
  }

  /**
   * Listens.
   *
   * @throws IOException when the address cannot be listened on, in one line that names it
   */
  public static WebServer start(
      Settings settings, Health health, PrometheusMeterRegistry metrics, EventStream events)
      throws IOException {
    return start(settings, Connections.Bounds.DEFAULTS, health, metrics, events);
  }

  static WebServer start(
      Settings settings,
      Connections.Bounds bounds,
      Health health,
      PrometheusMeterRegistry metrics,
      EventStream events)
      throws IOException {
    InetSocketAddress listen = settings.listen();
    // Vert.x would need a writable temp directory, for files from a classpath.
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    Served served = new Served(vertx, settings.access());
    Connections connections = new Connections(vertx, bounds);
    Router router = router(vertx, settings, health, metrics, events, served);
    router.route().order(-1).handler(connections::began);
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    // Browsers never ask for it, and a proxy that lets an upgrade pass is a way
                    // around it.
                    .setHttp2ClearTextEnabled(false)
                    .setMaxInitialLineLength(MOST_HEAD_BYTES)
                    .setMaxHeaderSize(MOST_HEAD_BYTES)
                    .setIdleTimeout(60))
            .connectionHandler(connections)
            .invalidRequestHandler(WebServer::refuse)
            .requestHandler(router);
    try {
      server
          .listen(listen.getPort(), listen.getHostString())
          .toCompletionStage()
          .toCompletableFuture()
          .get(START_SECONDS, TimeUnit.SECONDS);
      return new WebServer(vertx, settings, server, served);
    } catch (ExecutionException e) {
      vertx.close();
      throw new IOException(
          "cannot listen on http.listen %s:%s: %s"
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

  /** Answers a request whose head cannot be read. No route sees it. */
  private static void refuse(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    Throwable cause = request.decoderResult().cause();
    Guard.protect(response);
    response.endHandler(sent -> request.connection().close());
    if (cause instanceof TooLongHttpLineException) {
      Problems.uriTooLong(
          response, "the first line of a request has at most %s bytes".formatted(MOST_HEAD_BYTES));
    } else if (cause instanceof TooLongHttpHeaderException) {
      Problems.headersTooLarge(
          response, "the headers of a request have at most %s bytes".formatted(MOST_HEAD_BYTES));
    } else {
      Problems.badRequest(response, "the head of the request is not HTTP/1.1");
    }
  }

  /** Answers about jobs from now on; until then with 503. */
  public void serve(JobServices services) {
    served.start(services);
  }

  /**
   * Accepts questions of other instances from now on, where a token is needed.
   *
   * @param address HOST:PORT, as other instances know this one
   */
  public void advertised(String address) {
    access.signature().self(address);
  }

  /** Tells from now on what this instance does; until then 503. May be called on any worker. */
  public void tell(Supplier<InstanceStatus> status) {
    served.tell(status);
  }

  /** The address that was asked for. */
  public InetSocketAddress listen() {
    return listen;
  }

  /** The port that is listened on. */
  public int port() {
    return server.actualPort();
  }

  static Router router(
      Vertx vertx,
      Settings settings,
      Health health,
      PrometheusMeterRegistry metrics,
      EventStream events,
      Served served) {
    Router router = Router.router(vertx);
    router.route().handler(new HttpMeters(metrics));
    router.route().handler(new Guard(settings.access()));
    Routes.get(router, "/livez")
        .handler(routing -> json(routing.response(), health.live(), Map.of()));
    Routes.get(router, "/readyz").handler(routing -> ready(routing.response(), health));
    PageFiles.load().mount(router);
    Routes.get(router, "/metrics").handler(new MetricsPage(metrics)::handle);
    Routes.get(router, "/api/v1/events").handler(events::handle);
    PollSearch polls = new PollSearch(served);
    polls.mount(router);
    new StatusApi(served).mount(router);
    OpenApi.load().mount(router);
    new JobsApi(served, polls).mount(router);
    new PastApi(served).mount(router);
    new InternalApi(served).mount(router);
    new ImsMirror(served, settings.mirrorWait(), InstantSource.system()).mount(router);
    router
        .errorHandler(
            404, routing -> Problems.notFound(routing.response(), "there is nothing here"))
        .errorHandler(
            405,
            routing ->
                Problems.methodNotAllowed(
                    routing.response(), AllowedMethods.of(router, routing.normalizedPath())))
        .errorHandler(
            400, routing -> Problems.badRequest(routing.response(), "this cannot be read"))
        .errorHandler(500, routing -> served.failed(routing, routing.failure()));
    return router;
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
