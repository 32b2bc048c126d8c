package dev.imsbridge.web.stream;

import dev.imsbridge.history.EventLayout;
import dev.imsbridge.history.EventTail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads past events for clients whose position is older than the recent events. Each client
 * continues with the shared recent events as soon as it reaches them.
 *
 * <p>A few threads serve all clients in turns. A turn lasts about 500 ms if other clients wait. A
 * client whose socket is still full at the end of its turn waits without a thread and without
 * events in memory. Thread-safe.
 */
final class CatchUps implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUps.class);
  private static final Duration TURN = Duration.ofMillis(500);
  private static final Duration WAIT = Duration.ofMillis(100);

  private final StreamConsumers consumers;
  private final EventStreamSettings settings;
  private final ThreadPoolExecutor threads;
  private final AtomicInteger clients = new AtomicInteger();

  /** A client and its position before its next turn. */
  private record Behind(EventClient client, RecentEvents recent, long[] position) {
    Behind at(long[] newPosition) {
      return new Behind(client, recent, newPosition);
    }
  }

  CatchUps(StreamConsumers consumers, EventStreamSettings settings) {
    this.consumers = consumers;
    this.settings = settings;
    this.threads =
        new ThreadPoolExecutor(
            settings.catchUps(),
            settings.catchUps(),
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "events-catch-up");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Starts to read events for a client.
   *
   * @param from the offset of the next event, by partition of the layout
   */
  void start(EventClient client, RecentEvents recent, long[] from) {
    clients.incrementAndGet();
    queue(new Behind(client, recent, from));
  }

  /** Returns the number of clients that are being caught up or wait for a turn. */
  int clients() {
    return clients.get();
  }

  private void queue(Behind behind) {
    try {
      threads.execute(() -> turn(behind));
    } catch (RejectedExecutionException e) {
      end(behind, EventClient.Drop.SHUTDOWN);
    }
  }

  private void end(Behind behind, EventClient.Drop why) {
    clients.decrementAndGet();
    behind.client().drop(why);
  }

  private void turn(Behind behind) {
    try {
      read(behind);
    } catch (TimeoutException e) {
      end(behind, EventClient.Drop.SLOW);
    } catch (KafkaException e) {
      LOG.debug("Kafka did not answer for a client of the stream of events", e);
      end(behind, EventClient.Drop.INTERRUPTED);
    } catch (RuntimeException | ExecutionException | StreamPosition.Malformed e) {
      LOG.warn("a client of the stream of events cannot be caught up: {}", e.toString());
      end(behind, EventClient.Drop.INTERRUPTED);
    } catch (InterruptedException e) {
      end(behind, EventClient.Drop.SHUTDOWN);
      Thread.currentThread().interrupt();
    }
  }

  private void read(Behind behind)
      throws InterruptedException, ExecutionException, TimeoutException, StreamPosition.Malformed {
    EventClient client = behind.client();
    RecentEvents recent = behind.recent();
    EventLayout layout = recent.layout();
    if (client.ended()) {
      clients.decrementAndGet();
      return;
    }
    long until = System.nanoTime() + TURN.toNanos();
    List<EventTail.Gap> gaps = new ArrayList<>();
    try (EventTail reader = EventTail.from(layout, consumers, behind.position(), gaps::add)) {
      client.gaps(gaps, StreamPosition.encode(layout, reader.position()));
      while (!client.ended() && !recent.ended()) {
        long[] position = reader.position();
        Optional<RecentEvents.Joined> joined = recent.join(position);
        if (joined.isPresent()) {
          clients.decrementAndGet();
          client.live(recent, joined.get(), position);
          return;
        }
        if (over(until)) {
          queue(behind.at(position));
          return;
        }
        List<StreamEvent> events = StreamEvent.next(reader, WAIT);
        if (!events.isEmpty() && !taken(client.follow(events), until)) {
          StreamEvent last = client.stop().get();
          awaitRoom(
              behind.at(last == null ? position : StreamPosition.decode(layout, last.position())));
          return;
        }
      }
    }
    end(behind, EventClient.Drop.INTERRUPTED);
  }

  private boolean over(long until) {
    return System.nanoTime() > until && !threads.getQueue().isEmpty();
  }

  /**
   * Returns whether the client accepted all events before its turn ended.
   *
   * @throws TimeoutException if the client did not accept them within the patience
   */
  private boolean taken(CompletableFuture<Void> followed, long until)
      throws InterruptedException, ExecutionException, TimeoutException {
    long begin = System.nanoTime();
    while (true) {
      try {
        followed.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException e) {
        if (over(until)) {
          return false;
        }
        if (System.nanoTime() - begin > settings.patience().toNanos()) {
          throw e;
        }
      }
    }
  }

  private void awaitRoom(Behind behind) {
    var unused =
        behind
            .client()
            .room()
            .orTimeout(settings.patience().toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete(
                (room, late) -> {
                  if (late == null) {
                    queue(behind);
                  } else {
                    end(behind, EventClient.Drop.SLOW);
                  }
                });
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
