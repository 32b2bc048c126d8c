package dev.imsbridge.simulator;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Listens on one HTTP port, with up to 4 event loops on daemon threads. Thread-safe. */
final class SimulatorListener implements AutoCloseable {
  private static final int MAX_LINE_BYTES = 4096;
  private static final int MAX_HEADER_BYTES = 64 * 1024;
  private static final int IDLE_SECONDS = 600;
  private static final int MAX_EVENT_LOOPS = 4;
  private static final long TIMEOUT_SECONDS = 30;

  private final Vertx vertx;
  private final int port;

  private SimulatorListener(Vertx vertx, int port) {
    this.vertx = vertx;
    this.port = port;
  }

  /**
   * Starts a listener and waits until it listens.
   *
   * @param router creates the handler of all requests
   * @throws SimulatorStartException if it cannot listen, for example because the port is in use
   */
  static SimulatorListener start(
      SimulatorOptions options, Function<Vertx, Handler<HttpServerRequest>> router) {
    int loops = Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors());
    Vertx vertx = Vertx.vertx(vertxOptions(loops));
    Handler<HttpServerRequest> handler = router.apply(vertx);
    AtomicInteger port = new AtomicInteger();
    HttpServerOptions http = httpOptions(options);
    try {
      await(
          vertx.deployVerticle(
              () -> eventLoop(http, handler, port), new DeploymentOptions().setInstances(loops)));
      return new SimulatorListener(vertx, port.get());
    } catch (ExecutionException e) {
      vertx.close();
      throw cannotListen(options, e.getCause());
    }
  }

  /** Listens on the shared port with one event loop. */
  private static Deployable eventLoop(
      HttpServerOptions http, Handler<HttpServerRequest> handler, AtomicInteger port) {
    return new VerticleBase() {
      @Override
      public Future<?> start() {
        return vertx
            .createHttpServer(http)
            .requestHandler(handler)
            .listen()
            .onSuccess(server -> port.set(server.actualPort()));
      }
    };
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    try {
      await(vertx.close());
    } catch (ExecutionException e) {
      throw new IllegalStateException("the simulator did not stop", e.getCause());
    }
  }

  private static VertxOptions vertxOptions(int loops) {
    return new VertxOptions()
        .setEventLoopPoolSize(loops)
        .setWorkerPoolSize(1)
        .setInternalBlockingPoolSize(1)
        .setUseDaemonThread(true)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  private static HttpServerOptions httpOptions(SimulatorOptions options) {
    return new HttpServerOptions()
        .setHost(options.host())
        // Vert.x takes a negative port as any free port, shared by all instances.
        .setPort(options.port() == 0 ? -1 : options.port())
        // The faults of the connection are those of HTTP/1.1.
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(MAX_LINE_BYTES)
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setIdleTimeout(IDLE_SECONDS);
  }

  private static void await(Future<?> future) throws ExecutionException {
    try {
      future.toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new ExecutionException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExecutionException(e);
    }
  }

  private static SimulatorStartException cannotListen(SimulatorOptions options, Throwable cause) {
    String where = "port " + options.port() + " of " + options.host();
    boolean taken =
        cause instanceof BindException && String.valueOf(cause.getMessage()).contains("in use");
    String message =
        taken
            ? "the simulator cannot listen: " + where + " is already in use; choose another port"
            : "the simulator cannot listen on "
                + where
                + ": "
                + cause.getMessage()
                + "; choose another port or address";
    return new SimulatorStartException(message, cause);
  }
}
