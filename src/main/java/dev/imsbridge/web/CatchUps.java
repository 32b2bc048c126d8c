package dev.imsbridge.web;

import dev.imsbridge.history.EventLayout;
import dev.imsbridge.history.EventTail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readers for clients that are further behind than the recent events reach: each reads for its
 * client, no faster than that takes it, until it meets the recent events, where the client goes on.
 * Their number is bounded; each has a thread. Thread-safe.
 */
final class CatchUps implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUps.class);
  private static final Duration WAIT = Duration.ofMillis(200);

  private final StreamConsumers consumers;
  private final EventStreamSettings settings;
  private final ThreadPoolExecutor threads;

  CatchUps(StreamConsumers consumers, EventStreamSettings settings) {
    this.consumers = consumers;
    this.settings = settings;
    this.threads =
        new ThreadPoolExecutor(
            0,
            settings.catchUps(),
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread = new Thread(work, "events-catch-up");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Reads for a client from that position on.
   *
   * @return false when there are too many already
   */
  boolean start(EventClient client, RecentEvents recent, long[] from) {
    try {
      threads.execute(() -> run(client, recent, from));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  int running() {
    return threads.getActiveCount();
  }

  private void run(EventClient client, RecentEvents recent, long[] from) {
    try {
      catchUp(client, recent, from);
    } catch (TimeoutException e) {
      client.drop(EventClient.Drop.SLOW);
    } catch (RuntimeException | ExecutionException e) {
      LOG.warn("a client of the stream of events cannot be caught up: {}", e.toString());
      client.drop(EventClient.Drop.INTERRUPTED);
    } catch (InterruptedException e) {
      client.drop(EventClient.Drop.SHUTDOWN);
      Thread.currentThread().interrupt();
    }
  }

  private void catchUp(EventClient client, RecentEvents recent, long[] from)
      throws InterruptedException, ExecutionException, TimeoutException {
    EventLayout layout = recent.layout();
    List<EventTail.Gap> gaps = new ArrayList<>();
    try (EventTail reader = EventTail.from(layout, consumers, from, gaps::add)) {
      client.begin(StreamPosition.encode(layout, reader.position()), gaps, settings.heartbeat());
      while (!client.ended() && !recent.ended()) {
        long[] position = reader.position();
        Optional<RecentEvents.Joined> joined = recent.join(position);
        if (joined.isPresent()) {
          client.live(recent, joined.get(), position);
          return;
        }
        List<StreamEvent> events = StreamEvent.next(reader, WAIT);
        if (!events.isEmpty()) {
          client.follow(events).get(settings.patience().toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    }
    client.drop(EventClient.Drop.INTERRUPTED);
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
