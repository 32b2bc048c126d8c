package dev.imsbridge.web;

import dev.imsbridge.history.TopicReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Where topics are read for what is past. That costs time, memory and the brokers' bandwidth, and
 * anybody can ask for it, so only a few readings are under way at once, each for a bounded time and
 * as long as somebody waits for it. Those about jobs that the state knows have threads of their
 * own: they need not wait for searches for jobs that there never were. Thread-safe.
 */
final class PastSearch {
  // The last of those that wait is answered before its silent connection is closed, after 60 s.
  private static final int KNOWN_AT_ONCE = 3;
  private static final int MOST_KNOWN = 9;
  private static final int FORGOTTEN_AT_ONCE = 2;
  private static final int MOST_FORGOTTEN = 4;
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** A search that took too long, or that nobody waits for any more. */
  static final class GivenUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GivenUpException(Duration after) {
      super(
          "searching the topics was given up after %s s; `imsbridge history` takes its time"
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

  /** For jobs that the state knows: mostly it says where to read. */
  static PastSearch ofKnown(Vertx vertx) {
    return new PastSearch(new Workers(vertx, "web-history", KNOWN_AT_ONCE, MOST_KNOWN), LONGEST);
  }

  /** For jobs that the state knows nothing of: topics are read from their beginning. */
  static PastSearch ofForgotten(Vertx vertx) {
    return new PastSearch(
        new Workers(vertx, "web-past", FORGOTTEN_AT_ONCE, MOST_FORGOTTEN), LONGEST);
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
          Consumer<TopicReader.Progress> bound =
              progress -> {
                if (gone.getAsBoolean() || System.nanoTime() - begin > longest.toNanos()) {
                  throw new GivenUpException(longest);
                }
              };
          // Its client may have gone while it waited.
          bound.accept(new TopicReader.Progress(0, 0));
          return reading.read(bound);
        });
  }
}
