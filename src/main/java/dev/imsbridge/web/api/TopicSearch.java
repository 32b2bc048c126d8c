package dev.imsbridge.web.api;

import dev.imsbridge.history.TopicReader;
import dev.imsbridge.web.http.Workers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Runs searches for past events in the topics.
 *
 * <p>A search costs time, memory and broker bandwidth, and any client can start one. Therefore only
 * a few searches run at once. Each one ends after a time limit or when its client disconnects.
 * Searches for jobs in the state store have their own threads, so that they do not wait for
 * searches for unknown jobs. Thread-safe.
 */
public final class TopicSearch {
  // With 3 at once, 9 in total and 20 s each, the last search ends within 60 s. The server closes
  // an
  // idle connection after 90 s.
  private static final int KNOWN_AT_ONCE = 3;
  private static final int MAX_KNOWN = 9;
  private static final int FORGOTTEN_AT_ONCE = 2;
  private static final int MAX_FORGOTTEN = 4;
  private static final Duration TIME_LIMIT = Duration.ofSeconds(20);
  private static final int PAST_AT_ONCE = 2;

  /** How long a search may take that reports its progress to its client. */
  static final Duration LONGEST_PAST = Duration.ofMinutes(2);

  /** The search exceeded its time limit, or its client disconnected. */
  public static final class GivenUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public GivenUpException(Duration after) {
      super(
          "the search of the topics was given up after %s s; `imsbridge history` has no time limit"
              .formatted(after.toSeconds()),
          null,
          false,
          false);
    }
  }

  /** A search that reports its progress. */
  interface Reading<T> {
    /**
     * Runs the search.
     *
     * @param progress must be called after each batch; an exception that it throws ends the search
     */
    T read(Consumer<TopicReader.Progress> progress) throws Exception;
  }

  private final Workers workers;
  private final Duration timeLimit;

  /** For jobs in the state store, which usually knows the position of their events. */
  static TopicSearch ofKnown(Vertx vertx) {
    return new TopicSearch(new Workers(vertx, "web-history", KNOWN_AT_ONCE, MAX_KNOWN), TIME_LIMIT);
  }

  /** For jobs that are not in the state store. These searches read topics from the beginning. */
  static TopicSearch ofForgotten(Vertx vertx) {
    return new TopicSearch(
        new Workers(vertx, "web-past", FORGOTTEN_AT_ONCE, MAX_FORGOTTEN), TIME_LIMIT);
  }

  /**
   * For searches that report their progress. They end themselves at {@link #LONGEST_PAST}, before
   * the limit set here. They never queue: further searches are rejected.
   */
  static TopicSearch ofPast(Vertx vertx) {
    return new TopicSearch(
        new Workers(vertx, "web-search", PAST_AT_ONCE, PAST_AT_ONCE), LONGEST_PAST.multipliedBy(2));
  }

  TopicSearch(Workers workers, Duration timeLimit) {
    this.workers = workers;
    this.timeLimit = timeLimit;
  }

  /**
   * Runs a search on a worker. Fails with a {@link GivenUpException} if it exceeds the time limit
   * or its client disconnects, and with a {@link Workers.BusyException} if too many searches wait.
   *
   * @param gone returns whether the client has disconnected; called on a worker
   */
  <T> Future<T> run(BooleanSupplier gone, Reading<T> reading) {
    return workers.run(
        () -> {
          long begin = System.nanoTime();
          Consumer<TopicReader.Progress> limiting =
              progress -> {
                if (gone.getAsBoolean() || System.nanoTime() - begin > timeLimit.toNanos()) {
                  throw new GivenUpException(timeLimit);
                }
              };
          // The client may have disconnected while the search was queued.
          limiting.accept(new TopicReader.Progress(0, 0));
          return reading.read(limiting);
        });
  }
}
