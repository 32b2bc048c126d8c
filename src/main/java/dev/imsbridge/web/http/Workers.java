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
  private final int max;
  private final AtomicInteger pending = new AtomicInteger();

  /** Too many tasks are running or waiting. */
  public static final class BusyException extends Exception {
    private static final long serialVersionUID = 1L;

    public BusyException() {
      super("too many requests are waiting; try again later", null, false, false);
    }
  }

  /**
   * @param max the maximum number of tasks that run or wait
   */
  public Workers(Vertx vertx, String name, int threads, int max) {
    this.threads = vertx.createSharedWorkerExecutor(name, threads);
    this.max = max;
  }

  /**
   * Runs a task. Fails with a {@link BusyException} if too many tasks wait, and with a {@link
   * RejectedExecutionException} if the server is stopping.
   */
  public <T> Future<T> run(Callable<T> work) {
    if (pending.incrementAndGet() > max) {
      pending.decrementAndGet();
      return Future.failedFuture(new BusyException());
    }
    try {
      return threads.executeBlocking(work, false).onComplete(done -> pending.decrementAndGet());
    } catch (RejectedExecutionException e) {
      pending.decrementAndGet();
      return Future.failedFuture(e);
    }
  }
}
