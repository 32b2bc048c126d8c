package dev.imsbridge.web;

import dev.imsbridge.history.TopicReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Where topics are read from their beginning, for jobs that the state knows nothing of. That costs
 * time and the brokers' bandwidth and anybody can ask for it, so only a few searches are under way
 * at once, each for a bounded time. Thread-safe.
 */
final class PastSearch {
  private static final int AT_ONCE = 2;
  // With the time that each may take well within that after which a silent connection is closed.
  private static final int MOST = 4;
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** A search that took too long, or that nobody waits for any more. */
  static final class GivenUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GivenUpException(Duration after) {
      super(
          "searching the topics was given up after %d s; `imsbridge history` takes its time"
              .formatted(after.toSeconds()),
          null,
          false,
          false);
    }
  }

  /** A search. */
  interface Reading<T> {
    /**
     * @param progress to be told after each batch; what it throws ends the search
     */
    T read(Consumer<TopicReader.Progress> progress) throws Exception;
  }

  private final Workers workers;
  private final Duration longest;

  PastSearch(Vertx vertx) {
    this(new Workers(vertx, "web-past", AT_ONCE, MOST), LONGEST);
  }

  PastSearch(Workers workers, Duration longest) {
    this.workers = workers;
    this.longest = longest;
  }

  /**
   * Fails with a {@link GivenUpException} when it takes too long, and with a {@link
   * Workers.BusyException} when too many wait.
   *
   * @param gone whether nobody waits for the answer any more; asked on a worker
   */
  <T> Future<T> run(BooleanSupplier gone, Reading<T> reading) {
    return workers.run(
        () -> {
          long begin = System.nanoTime();
          return reading.read(
              progress -> {
                if (gone.getAsBoolean() || System.nanoTime() - begin > longest.toNanos()) {
                  throw new GivenUpException(longest);
                }
              });
        });
  }
}
