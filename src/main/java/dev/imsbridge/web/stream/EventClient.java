package dev.imsbridge.web.stream;

import dev.imsbridge.history.EventTail;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * A client of the event stream. It follows a chain of events as fast as its socket accepts them. A
 * client that is far behind follows events that were read for it alone, then the shared chain of
 * recent events.
 *
 * <p>It holds only its position in the chain. A client whose position is no longer retained is
 * dropped. Events are written on the client's event loop; all methods may be called from any
 * thread.
 */
final class EventClient {
  static final String CONTENT_TYPE = "text/event-stream; charset=utf-8";

  private static final int EVENTS_AT_ONCE = 500;
  private static final long LINGER_MS = 5_000;

  /** The reason why a client was dropped. */
  enum Drop {
    SLOW,
    INTERRUPTED,
    SHUTDOWN;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Vertx vertx;
  private final Context context;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final EventFilter filter;
  private final BiConsumer<EventClient, Drop> onEnd;
  private final AtomicBoolean signalled = new AtomicBoolean();
  private volatile boolean ended;

  private boolean closed;
  private StreamEvent place = StreamEvent.beginning();
  private RecentEvents recent;
  private OwnPosition own = OwnPosition.SHARED;
  private CompletableFuture<Void> followed = new CompletableFuture<>();
  private CompletableFuture<Void> room = new CompletableFuture<>();
  private long heartbeat = -1;

  /**
   * Must be called on the event loop of the request.
   *
   * @param onEnd called once when the client is gone. Its second argument is the reason if the
   *     client was dropped, or null if it disconnected.
   */
  EventClient(
      Vertx vertx,
      HttpServerRequest request,
      EventFilter filter,
      BiConsumer<EventClient, Drop> onEnd) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.request = request;
    this.response = request.response();
    this.filter = filter;
    this.onEnd = onEnd;
    response.closeHandler(
        gone -> {
          closed = true;
          end(null);
        });
    response.exceptionHandler(failure -> end(null));
    response.drainHandler(
        drained -> {
          room.complete(null);
          pump();
        });
  }

  /** Returns whether the client is gone or was dropped. */
  boolean ended() {
    return ended;
  }

  /**
   * Sends the response headers and the position at which the stream begins.
   *
   * @param beat the interval of heartbeats
   */
  void begin(String position, Duration beat) {
    context.runOnContext(
        now -> {
          if (ended) {
            return;
          }
          response
              .setChunked(true)
              .putHeader("content-type", CONTENT_TYPE)
              .putHeader("cache-control", "no-store")
              .putHeader("x-content-type-options", "nosniff")
              .putHeader("x-accel-buffering", "no");
          response.write("retry: 2000\n" + StreamEvent.id(position) + event("ready", "{}"));
          heartbeat = vertx.setPeriodic(beat.toMillis(), timer -> beat());
        });
  }

  /**
   * Sends a {@code gap} event for the missing events. Sends nothing if there are no gaps.
   *
   * @param position the position after the gaps
   */
  void gaps(List<EventTail.Gap> gaps, String position) {
    if (gaps.isEmpty()) {
      return;
    }
    context.runOnContext(
        now -> {
          if (!ended) {
            String id = StreamEvent.id(position);
            gap(id, "retention", gaps.stream().filter(gap -> gap.to() > gap.from()).toList());
            gap(id, "beyond_end", gaps.stream().filter(gap -> gap.to() < gap.from()).toList());
          }
        });
  }

  private static String event(String name, String data) {
    return "event: " + name + "\ndata: " + data + "\n\n";
  }

  private void gap(String id, String reason, List<EventTail.Gap> gaps) {
    if (gaps.isEmpty()) {
      return;
    }
    JsonArray partitions = new JsonArray();
    for (EventTail.Gap gap : gaps) {
      partitions.add(
          new JsonObject()
              .put("topic", gap.partition().topic())
              .put("partition", gap.partition().partition())
              .put("from", gap.from())
              .put("to", gap.to()));
    }
    JsonObject data = new JsonObject().put("reason", reason).put("partitions", partitions);
    response.write(id + event("gap", data.encode()));
  }

  /**
   * Sends events that were read for this client alone.
   *
   * @return a future that completes when all events are written to the socket or the client is gone
   */
  CompletableFuture<Void> follow(List<StreamEvent> events) {
    StreamEvent beginning = StreamEvent.beginning();
    StreamEvent last = beginning;
    for (StreamEvent event : events) {
      last.append(event);
      last = event;
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    context.runOnContext(
        now -> {
          place = beginning;
          followed = done;
          pump();
        });
    return done;
  }

  /**
   * Stops sending the events that were read for this client alone.
   *
   * @return a future with the last event that was sent, or null if none was
   */
  CompletableFuture<StreamEvent> stop() {
    CompletableFuture<StreamEvent> stopped = new CompletableFuture<>();
    context.runOnContext(
        now -> {
          StreamEvent last = place;
          place = StreamEvent.beginning();
          stopped.complete(last.facts() == null ? null : last);
        });
    return stopped;
  }

  /** Returns a future that completes when the socket accepts more data or the client is gone. */
  CompletableFuture<Void> room() {
    CompletableFuture<Void> next = new CompletableFuture<>();
    context.runOnContext(
        now -> {
          room = next;
          if (ended || !response.writeQueueFull()) {
            next.complete(null);
          }
        });
    return next;
  }

  /**
   * Continues with the shared chain of recent events.
   *
   * @param position the position of the client, at or after the start of the joined chain
   */
  void live(RecentEvents shared, RecentEvents.Joined joined, long[] position) {
    context.runOnContext(
        now -> {
          recent = shared;
          place = joined.place();
          own = OwnPosition.of(shared.layout(), joined.start(), position);
          pump();
        });
  }

  /** Signals that the chain may have new events. */
  void signal() {
    if (!ended && signalled.compareAndSet(false, true)) {
      context.runOnContext(now -> pump());
    }
  }

  private void pump() {
    signalled.set(false);
    if (ended) {
      followed.complete(null);
      return;
    }
    for (int i = 0; !response.writeQueueFull() && !lost(); i++) {
      StreamEvent event = place.next();
      if (event == null) {
        followed.complete(null);
        return;
      }
      if (i == EVENTS_AT_ONCE) {
        signal();
        return;
      }
      place = event;
      send(event);
    }
    if (lost()) {
      drop(Drop.SLOW);
    }
  }

  private boolean lost() {
    return recent != null && recent.lost(place);
  }

  private void send(StreamEvent event) {
    boolean news = own.passes(event);
    if (news && filter.wants(event.facts())) {
      if (own.shared()) {
        response.write(event.bytes());
      } else {
        response.write(StreamEvent.id(own.id()));
        response.write(event.withoutId());
      }
    }
    own = own.orShared();
  }

  // The heartbeat carries the position, so that a client whose filter rejects most events still
  // advances.
  private void beat() {
    if (ended || response.writeQueueFull()) {
      return;
    }
    if (recent == null || recent.ended()) {
      if (recent != null) {
        drop(Drop.INTERRUPTED);
      } else {
        response.write(":\n\n");
      }
      return;
    }
    RecentEvents.End end = recent.end();
    boolean upToDate = place == end.last();
    if (upToDate) {
      own = own.at(end.position());
    }
    String id = own.shared() ? end.id() : own.id();
    response.write(upToDate ? ":\n" + StreamEvent.id(id) + "\n" : ":\n\n");
  }

  /** Sends a {@code dropped} event with the reason and ends the response. */
  void drop(Drop why) {
    context.runOnContext(
        now -> {
          if (ended) {
            return;
          }
          end(why);
          response
              .end(event("dropped", new JsonObject().put("reason", why.word()).encode()))
              .onSuccess(sent -> closed = true);
          // A slow client does not read this event either, so its connection is closed after 5 s. A
          // client that does read it may already reuse the connection, which then stays open.
          vertx.setTimer(
              LINGER_MS,
              timer -> {
                if (!closed) {
                  request.connection().close();
                }
              });
        });
  }

  private void end(Drop why) {
    if (!ended) {
      ended = true;
      vertx.cancelTimer(heartbeat);
      followed.complete(null);
      room.complete(null);
      onEnd.accept(this, why);
    }
  }
}
