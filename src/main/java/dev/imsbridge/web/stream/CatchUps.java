package dev.imsbridge.web.stream;

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
  private static final int PART_BYTES = 64 << 10;

  private final StreamConsumers consumers;
  private final EventStreamSettings settings;
  private final ThreadPoolExecutor threads;
  private final AtomicInteger clients = new AtomicInteger();

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
    new CatchUp(client, recent, from).queue();
  }

  /** Returns the number of clients that are being caught up or wait for a turn. */
  int clients() {
    return clients.get();
  }

  private final class CatchUp {
    private final EventClient client;
    private final RecentEvents recent;
    private long[] position;

    CatchUp(EventClient client, RecentEvents recent, long[] position) {
      this.client = client;
      this.recent = recent;
      this.position = position;
    }

    void queue() {
      try {
        threads.execute(this::turn);
      } catch (RejectedExecutionException e) {
        drop(EventClient.Drop.SHUTDOWN);
      }
    }

    private void drop(EventClient.Drop why) {
      clients.decrementAndGet();
      client.drop(why);
    }

    private void turn() {
      try {
        read();
      } catch (TimeoutException e) {
        drop(EventClient.Drop.SLOW);
      } catch (KafkaException e) {
        LOG.debug("Kafka failed while a client of the event stream was catching up", e);
        drop(EventClient.Drop.INTERRUPTED);
      } catch (RuntimeException | ExecutionException e) {
        LOG.warn("cannot read past events for a client of the event stream: {}", e.toString());
        drop(EventClient.Drop.INTERRUPTED);
      } catch (InterruptedException e) {
        drop(EventClient.Drop.SHUTDOWN);
        Thread.currentThread().interrupt();
      }
    }

    private void read() throws InterruptedException, ExecutionException, TimeoutException {
      if (client.ended()) {
        clients.decrementAndGet();
        return;
      }
      long until = System.nanoTime() + TURN.toNanos();
      List<EventTail.Gap> gaps = new ArrayList<>();
      try (EventTail reader = EventTail.from(recent.layout(), consumers, position, gaps::add)) {
        client.seek(recent.layout(), reader.position(), gaps);
        while (!client.ended() && !recent.ended()) {
          position = reader.position();
          Optional<StreamEvent> place = recent.join(position);
          if (place.isPresent()) {
            clients.decrementAndGet();
            client.live(recent, place.get(), position);
            return;
          }
          if (over(until)) {
            queue();
            return;
          }
          for (List<StreamEvent> part : parts(StreamEvent.next(reader, WAIT, event -> {}))) {
            part.forEach(event -> position[event.partition()] = event.offset() + 1);
            CompletableFuture<Void> accepted = client.send(part);
            if (!within(accepted, until)) {
              continueAfter(accepted);
              return;
            }
          }
        }
      }
      drop(EventClient.Drop.INTERRUPTED);
    }

    private void continueAfter(CompletableFuture<Void> accepted) {
      var unused =
          accepted
              .orTimeout(settings.patience().toMillis(), TimeUnit.MILLISECONDS)
              .whenComplete(
                  (room, late) -> {
                    if (late == null) {
                      queue();
                    } else {
                      drop(EventClient.Drop.SLOW);
                    }
                  });
    }
  }

  private boolean over(long until) {
    return System.nanoTime() > until && !threads.getQueue().isEmpty();
  }

  /** Splits events into parts of about the size of a socket's buffer. */
  private static List<List<StreamEvent>> parts(List<StreamEvent> events) {
    List<List<StreamEvent>> parts = new ArrayList<>();
    int bytes = PART_BYTES;
    for (StreamEvent event : events) {
      if (bytes >= PART_BYTES) {
        parts.add(new ArrayList<>());
        bytes = 0;
      }
      parts.get(parts.size() - 1).add(event);
      bytes += event.bytes().length();
    }
    return parts;
  }

  /**
   * Returns whether the client accepted its events before its turn ended.
   *
   * @throws TimeoutException if the client did not accept them within {@link
   *     EventStreamSettings#patience}
   */
  private boolean within(CompletableFuture<Void> accepted, long until)
      throws InterruptedException, ExecutionException, TimeoutException {
    long begin = System.nanoTime();
    while (true) {
      try {
        accepted.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
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

  @Override
  public void close() {
    threads.shutdown();
  }
}
