package dev.imsbridge.web;

import dev.imsbridge.web.api.ApiContext;
import dev.imsbridge.web.api.ApiRoutes;
import dev.imsbridge.web.api.ControlServices;
import dev.imsbridge.web.api.Failures;
import dev.imsbridge.web.api.InstanceStatus;
import dev.imsbridge.web.api.JobServices;
import dev.imsbridge.web.http.Connections;
import dev.imsbridge.web.http.HttpAccess;
import dev.imsbridge.web.http.HttpMeters;
import dev.imsbridge.web.http.Problems;
import dev.imsbridge.web.http.Query;
import dev.imsbridge.web.http.Routes;
import dev.imsbridge.web.mirror.ImsMirror;
import dev.imsbridge.web.stream.EventStream;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
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

/**
 * The HTTP server. The OpenAPI document describes its API. Each part of the API registers its own
 * routes; the {@link Guard} protects all of them except health and the page.
 *
 * <p>Thread-safe. Requests are served on the server's own event loops. Work that reads the disk or
 * waits for Kafka runs on workers.
 */
public final class WebServer implements AutoCloseable {
  private static final int START_SECONDS = 10;

  /** Longer than a client may wait for a completion. */
  private static final int IDLE_SECONDS = 90;

  /**
   * The limit of the request line and of the headers. Either may contain a stream position, and the
   * request line also a percent-encoded label.
   */
  private static final int MAX_HEAD_BYTES = 16 << 10;

  /**
   * @param listen port 0 selects a free port
   * @param mirrorWait how long the mirror of the IMS API waits for an answer of IMS
   */
  public record Settings(InetSocketAddress listen, HttpAccess access, Duration mirrorWait) {}

  private final Vertx vertx;
  private final InetSocketAddress listen;
  private final HttpAccess access;
  private final HttpServer server;
  private final ApiContext context;

  private WebServer(Vertx vertx, Settings settings, HttpServer server, ApiContext context) {
    this.vertx = vertx;
    this.listen = settings.listen();
    this.access = settings.access();
    this.server = server;
    this.context = context;
  }

  /**
   * Starts the server.
   *
   * @throws IOException if the server cannot listen on the address, with a one-line message that
   *     names {@code http.listen}
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
    // Otherwise Vert.x needs a writable temp directory for files from the classpath.
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    ApiContext context = new ApiContext(vertx, settings.access());
    Connections connections = new Connections(vertx, bounds);
    Router router = router(vertx, settings, health, metrics, events, context);
    router.route().order(-1).handler(connections::requestBegan);
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    // Browsers do not use h2c, and a proxy that forwards the upgrade lets clients
                    // bypass the proxy.
                    .setHttp2ClearTextEnabled(false)
                    .setMaxInitialLineLength(MAX_HEAD_BYTES)
                    .setMaxHeaderSize(MAX_HEAD_BYTES)
                    .setIdleTimeout(IDLE_SECONDS))
            .connectionHandler(connections)
            .invalidRequestHandler(WebServer::rejectInvalid)
            .requestHandler(router);
    try {
      server
          .listen(listen.getPort(), listen.getHostString())
          .toCompletionStage()
          .toCompletableFuture()
          .get(START_SECONDS, TimeUnit.SECONDS);
      return new WebServer(vertx, settings, server, context);
    } catch (ExecutionException e) {
      vertx.close();
      throw new IOException(
          "cannot listen on http.listen %s:%s: %s"
              .formatted(listen.getHostString(), listen.getPort(), e.getCause().getMessage()),
          e.getCause());
    } catch (TimeoutException e) {
      vertx.close();
      throw new IOException("cannot listen on http.listen within %s s".formatted(START_SECONDS), e);
    } catch (InterruptedException e) {
      vertx.close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Responds to a request with an invalid head. Such a request reaches no route. */
  private static void rejectInvalid(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    Throwable cause = request.decoderResult().cause();
    Guard.protect(response);
    response.endHandler(sent -> request.connection().close());
    if (cause instanceof TooLongHttpLineException) {
      Problems.uriTooLong(response, "the request line exceeds %s bytes".formatted(MAX_HEAD_BYTES));
    } else if (cause instanceof TooLongHttpHeaderException) {
      Problems.headersTooLarge(
          response, "the request headers exceed %s bytes".formatted(MAX_HEAD_BYTES));
    } else {
      Problems.badRequest(response, "the request line or the headers are not valid HTTP/1.1");
    }
  }

  /** Starts to serve jobs. Job routes respond with 503 until this is called. */
  public void serve(JobServices services) {
    context.start(services);
  }

  /** Starts to serve the routes for operators. They respond with 503 until this is called. */
  public void control(ControlServices services) {
    context.control(services);
  }

  /**
   * Starts to accept signed requests of other instances, if a token is required.
   *
   * @param address HOST:PORT, as other instances know this one
   */
  public void advertised(String address) {
    access.signature().self(address);
  }

  /**
   * Starts to serve the status of this instance. The status route responds with 503 until this is
   * called.
   *
   * @param status called on any worker
   */
  public void status(InstanceStatus status) {
    context.status(status);
  }

  /** Returns the configured address. */
  public InetSocketAddress listen() {
    return listen;
  }

  /** Returns the port on which the server listens. */
  public int port() {
    return server.actualPort();
  }

  static Router router(
      Vertx vertx,
      Settings settings,
      Health health,
      PrometheusMeterRegistry metrics,
      EventStream events,
      ApiContext context) {
    Router router = Router.router(vertx);
    router.route().handler(new HttpMeters(metrics));
    router.route().handler(new Guard(settings.access()));
    Routes.get(router, "/livez")
        .handler(routing -> health(routing.response(), health.live(), Map.of()));
    Routes.get(router, "/readyz").handler(routing -> ready(routing.response(), health));
    PageFiles.mount(router);
    Routes.get(router, "/metrics").handler(new MetricsPage(metrics)::handle);
    Routes.get(router, "/api/v1/events").handler(events::handle);
    ApiRoutes.mount(router, context, events);
    Buffer document = Buffer.buffer(PageFiles.resource("openapi.json"));
    Routes.get(router, "/api/v1/openapi.json")
        .handler(
            Query.none(
                routing ->
                    routing
                        .response()
                        .putHeader("content-type", "application/json")
                        .end(document)));
    new ImsMirror(context, settings.mirrorWait(), InstantSource.system()).mount(router);
    router
        .errorHandler(
            404, routing -> Problems.notFound(routing.response(), "there is no such path"))
        .errorHandler(
            405,
            routing ->
                Problems.methodNotAllowed(
                    routing.response(), Routes.methods(router, routing.normalizedPath())))
        .errorHandler(
            400, routing -> Problems.badRequest(routing.response(), "the request is not valid"))
        .errorHandler(500, routing -> Failures.send(routing, routing.failure()));
    return router;
  }

  private static void ready(HttpServerResponse response, Health health) {
    Map<String, Object> parts = new TreeMap<>(health.parts());
    health(response, health.live() && !parts.containsValue(false), parts);
  }

  private static void health(HttpServerResponse response, boolean up, Map<String, Object> parts) {
    JsonObject body = new JsonObject().put("status", up ? "up" : "down");
    if (!parts.isEmpty()) {
      body.put("parts", new JsonObject(parts));
    }
    response
        .setStatusCode(up ? 200 : 503)
        .putHeader("content-type", "application/json")
        .end(body.encode());
  }

  /** Stops listening and closes open connections. Waits up to 3 s. */
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
