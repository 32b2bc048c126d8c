package dev.imsbridge.web.api;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * An answer that costs requests to other instances, determined once for all clients that ask within
 * a short time. Failures are not kept. Thread-safe.
 */
final class SharedAnswer<T> {
  private final Supplier<Future<T>> source;
  private final long holdNanos;
  private Future<T> last;
  private long askedAt;

  SharedAnswer(Duration hold, Supplier<Future<T>> source) {
    this.source = source;
    this.holdNanos = hold.toNanos();
  }

  /**
   * Returns the answer: one that is being determined, or one that is young enough, or a new one.
   */
  synchronized Future<T> get() {
    long now = System.nanoTime();
    boolean usable =
        last != null && !last.failed() && (!last.isComplete() || now - askedAt < holdNanos);
    if (!usable) {
      askedAt = now;
      last = source.get();
    }
    return last;
  }
}
