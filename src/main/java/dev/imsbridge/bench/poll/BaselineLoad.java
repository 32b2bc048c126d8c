package dev.imsbridge.bench.poll;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * The baseline for poll costs: sends GETs with the same HTTP client and discards the responses. It
 * does not sign, parse or schedule. Each of its loops has one GET in flight.
 */
final class BaselineLoad implements AutoCloseable {
  private final HttpClient client;
  private final URI server;
  private final int inFlight;
  private final Supplier<String> paths;
  private final LongAdder gets = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  /** Completed GETs and the bytes of their bodies. Failed GETs are not counted. */
  record Count(long gets, long bytes) {}

  /**
   * @param inFlight the number of concurrent loops
   * @param paths called from several threads
   */
  BaselineLoad(Vertx vertx, URI server, int inFlight, Supplier<String> paths) {
    this.server = server;
    this.inFlight = inFlight;
    this.paths = paths;
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setTcpNoDelay(true),
            new PoolOptions().setHttp1MaxSize(inFlight).setMaxWaitQueueSize(-1));
  }

  /** Sends GETs for this duration, then waits for the last responses. */
  Count run(Duration time) {
    gets.reset();
    bytes.reset();
    long until = System.nanoTime() + time.toNanos();
    Phaser running = new Phaser(inFlight + 1);
    for (int i = 0; i < inFlight; i++) {
      ask(until, running);
    }
    running.arriveAndAwaitAdvance();
    return new Count(gets.sum(), bytes.sum());
  }

  private void ask(long until, Phaser running) {
    if (until - System.nanoTime() <= 0) {
      running.arriveAndDeregister();
      return;
    }
    client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(server.getHost())
                .setPort(server.getPort())
                .setURI(paths.get()))
        .compose(request -> request.send().compose(HttpClientResponse::body))
        .onSuccess(
            body -> {
              gets.increment();
              bytes.add(body.length());
              ask(until, running);
            })
        // No retry: the loop ends, which lowers the count.
        .onFailure(failure -> running.arriveAndDeregister());
  }

  @Override
  public void close() {
    client.close();
  }
}
