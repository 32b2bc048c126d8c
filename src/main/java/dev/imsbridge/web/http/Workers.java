package dev.imsbridge.web.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for work that would block an event loop, with a bounded queue. Thread-safe. */
public final class Workers {
  private final WorkerExecutor threads;
  private final int most;
  private final AtomicInteger underWay = new AtomicInteger();

  /** Too many tasks are running or waiting. */
  public static final class BusyException extends Exception {
    private static final long serialVersionUID = 1L;

    public BusyException() {
      super("too many questions wait for an answer", null, false, false);
    }
  }

  /**
   * @param most the maximum number of tasks that run or wait
   */
  public Workers(Vertx vertx, String name, int threads, int most) {
    this.threads = vertx.createSharedWorkerExecutor(name, threads);
    this.most = most;
  }

  /**
   * Runs a task. Fails with a {@link BusyException} if too many tasks wait, and with a {@link
   * RejectedExecutionException} if the server is stopping.
   */
  public <T> Future<T> run(Callable<T> work) {
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
