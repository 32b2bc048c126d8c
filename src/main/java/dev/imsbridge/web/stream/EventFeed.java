package dev.imsbridge.web.stream;

import dev.imsbridge.history.EventLayout;
import dev.imsbridge.history.EventTail;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads new events from the topics on one thread and feeds them to all clients, waiters and
 * samples.
 *
 * <p>After a failure, such as the loss of the broker, it continues at the last position and clients
 * stay connected. It cannot continue if partitions were added to a topic or events were deleted. It
 * then starts again at the end of the topics and drops all clients, which reconnect with their last
 * event id. Thread-safe.
 */
final class EventFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final long REPORT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final StreamConsumers consumers;
  private final TopicNames topics;
  private final EventStreamSettings settings;
  private final CompletionWaiters waiters;
  private final EventSamples samples;
  private final Set<EventClient> clients = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "events");
  private volatile RecentEvents recent;
  private volatile EventTail reader;
  private boolean interrupted;
  private long reportedAt;
  private RecentEvents.End failed;

  EventFeed(
      StreamConsumers consumers,
      TopicNames topics,
      EventStreamSettings settings,
      CompletionWaiters waiters,
      EventSamples samples) {
    this.consumers = consumers;
    this.topics = topics;
    this.settings = settings;
    this.waiters = waiters;
    this.samples = samples;
    thread.setDaemon(true);
  }

  /** Starts the thread. Must be called once. */
  EventFeed start() {
    thread.start();
    return this;
  }

  /** Returns the recent events; empty until the topics have been read for the first time. */
  Optional<RecentEvents> recent() {
    return Optional.ofNullable(recent);
  }

  /**
   * Registers a client, which is signalled when new events arrive. Returns false if the maximum
   * number of clients is reached.
   */
  synchronized boolean add(EventClient client) {
    return clients.size() < settings.clients() && clients.add(client);
  }

  void remove(EventClient client) {
    clients.remove(client);
  }

  int clients() {
    return clients.size();
  }

  private void run() {
    try {
      do {
        try {
          follow();
        } catch (WakeupException e) {
          LOG.debug("the event stream is stopping");
        } catch (RuntimeException e) {
          report(e);
          skip();
        }
        reader = null;
      } while (!stopped.await(1, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    replace(null, EventClient.Drop.SHUTDOWN);
    waiters.stop();
  }

  /** Logs a warning when an interruption begins, and then at most once a minute while it lasts. */
  private void report(RuntimeException e) {
    long now = System.nanoTime();
    if (!interrupted || now - reportedAt >= REPORT_NANOS) {
      reportedAt = now;
      LOG.warn("the event stream is interrupted: {}", e.toString());
    }
    interrupted = true;
  }

  // A record that cannot be read, such as a damaged one, must not stop the stream for good. After a
  // second failure at the same position, reading starts again at the end.
  private void skip() {
    RecentEvents.End end = recent == null || reader == null ? null : recent.end();
    if (end != null && end.equals(failed)) {
      replace(null, EventClient.Drop.INTERRUPTED);
    }
    failed = end;
  }

  private void replace(RecentEvents events, EventClient.Drop why) {
    RecentEvents old = recent;
    recent = events;
    if (old != null) {
      old.finish();
      clients.forEach(client -> client.drop(why));
    }
  }

  private void follow() {
    Optional<EventLayout> found = layout();
    if (found.isEmpty()) {
      return;
    }
    if (found.get().size() > StreamPosition.MAX_PARTITIONS) {
      throw new IllegalStateException(
          "event ids support at most %s partitions of transitions and completions"
              .formatted(StreamPosition.MAX_PARTITIONS));
    }
    EventLayout layout = found.get();
    try (EventTail own = open(layout)) {
      RecentEvents events = recent;
      reader = own;
      if (interrupted) {
        interrupted = false;
        LOG.info("the event stream continues");
      }
      long looked = System.nanoTime();
      while (stopped.getCount() > 0) {
        List<StreamEvent> batch = StreamEvent.next(own, WAIT, this::published);
        events.append(batch, own.position());
        if (!batch.isEmpty()) {
          clients.forEach(EventClient::signal);
        }
        if (System.nanoTime() - looked > settings.layoutCheck().toNanos()) {
          looked = System.nanoTime();
          if (!layout().equals(found)) {
            return;
          }
        }
      }
    }
  }

  private void published(PublishedEvent event) {
    samples.published(event);
    waiters.published(event);
  }

  private EventTail open(EventLayout layout) {
    RecentEvents before = recent;
    if (before != null && before.layout().equals(layout)) {
      List<EventTail.Gap> gaps = new ArrayList<>();
      EventTail same = EventTail.from(layout, consumers, before.end().position(), gaps::add);
      if (gaps.isEmpty()) {
        return same;
      }
      same.close();
    }
    EventTail end = EventTail.atEnd(layout, consumers);
    replace(
        new RecentEvents(layout, settings.recentBytes(), end.position()),
        EventClient.Drop.INTERRUPTED);
    return end;
  }

  /** Returns the current partitions; empty if a topic is missing. */
  private Optional<EventLayout> layout() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumers.open(IsolationLevel.READ_COMMITTED)) {
      int transitions = consumer.partitionsFor(topics.transitions()).size();
      int completions = consumer.partitionsFor(topics.completions()).size();
      return transitions == 0 || completions == 0
          ? Optional.empty()
          : Optional.of(new EventLayout(topics, transitions, completions));
    }
  }

  /** Drops all clients and stops the thread. Waits up to 3 s. */
  @Override
  public void close() {
    stopped.countDown();
    EventTail reading = reader;
    if (reading != null) {
      reading.wakeup();
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(3));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
