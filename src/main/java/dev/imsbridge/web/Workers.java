package dev.imsbridge.web;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Some threads for what must not be done on an event loop, and a bounded queue before them.
 * Thread-safe.
 */
final class Workers {
  private final WorkerExecutor threads;
  private final int most;
  private final AtomicInteger underWay = new AtomicInteger();

  /** Too much is asked at once. */
  static final class BusyException extends Exception {
    private static final long serialVersionUID = 1L;

    BusyException() {
      super("too many questions wait for an answer", null, false, false);
    }
  }

  /**
   * @param most how many may be under way or wait
   */
  Workers(Vertx vertx, String name, int threads, int most) {
    this.threads = vertx.createSharedWorkerExecutor(name, threads);
    this.most = most;
  }

  /** Fails with a {@link BusyException} when too many wait, and when the server ends. */
  <T> Future<T> run(Callable<T> work) {
    if (underWay.incrementAndGet() > most) {
      underWay.decrementAndGet();
      return Future.failedFuture(new BusyException());
    }
    try {
      return threads.executeBlocking(work, false).onComplete(done -> underWay.decrementAndGet());
    } catch (RejectedExecutionException e) {
      underWay.decrementAndGet();
      return Future.failedFuture(e);
    }
  }
}
