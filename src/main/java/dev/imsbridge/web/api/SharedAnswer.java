package dev.imsbridge.web.api;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Caches an answer that requires requests to other instances, for all clients that ask within a
 * short time. Failures are not cached. Thread-safe.
 */
final class SharedAnswer<T> {
  private final Supplier<Future<T>> source;
  private final long maxAgeNanos;
  private Future<T> last;
  private long askedAt;

  SharedAnswer(Duration maxAge, Supplier<Future<T>> source) {
    this.source = source;
    this.maxAgeNanos = maxAge.toNanos();
  }

  /** Returns the pending answer or a recent one. Otherwise requests a new one. */
  synchronized Future<T> get() {
    long now = System.nanoTime();
    boolean usable =
        last != null && !last.failed() && (!last.isComplete() || now - askedAt < maxAgeNanos);
    if (!usable) {
      askedAt = now;
      last = source.get();
    }
    return last;
  }
}
