package dev.imsbridge.web.stream;

import dev.imsbridge.history.EventLayout;
import dev.imsbridge.history.EventTail;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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
 * A client of the event stream. A client that is far behind {@linkplain #send receives} events that
 * were read for it alone. Then it {@linkplain #live follows} the shared chain of recent events, as
 * fast as its socket accepts them.
 *
 * <p>It holds only its position and its place in the chain. A client whose place is no longer
 * retained is dropped. The position decides which events are sent: the chain may contain events
 * that the client has already received in another order, from another instance or before it joined
 * the chain. Events are written on the client's event loop; all methods may be called from any
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

  // Owned by the event loop.
  private boolean closed;
  private StreamPosition position;
  private RecentEvents recent;
  private StreamEvent place;
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
  void begin(String id, Duration beat) {
    onLoop(
        () -> {
          response
              .setChunked(true)
              .putHeader("content-type", CONTENT_TYPE)
              .putHeader("cache-control", "no-store")
              .putHeader("x-content-type-options", "nosniff")
              .putHeader("x-accel-buffering", "no");
          response.write("retry: 2000\nid: " + id + "\n" + event("ready", "{}"));
          heartbeat = vertx.setPeriodic(beat.toMillis(), timer -> beat());
        });
  }

  /**
   * Sets the position for the events that follow. Sends {@code gap} events for missing ones.
   *
   * @param from the offset of the next event, by partition of the layout
   * @param gaps the gaps before the position
   */
  void seek(EventLayout layout, long[] from, List<EventTail.Gap> gaps) {
    onLoop(
        () -> {
          position = new StreamPosition(layout, from);
          gap("retention", gaps.stream().filter(gap -> gap.to() > gap.from()).toList());
          gap("beyond_end", gaps.stream().filter(gap -> gap.to() < gap.from()).toList());
        });
  }

  private void gap(String reason, List<EventTail.Gap> gaps) {
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
    response.write(id() + event("gap", data.encode()));
  }

  private static String event(String name, String data) {
    return "event: " + name + "\ndata: " + data + "\n\n";
  }

  private String id() {
    return "id: " + position.id() + "\n";
  }

  /**
   * Sends events that were read for this client alone.
   *
   * @return a future that completes when the socket accepts more data or the client is gone
   */
  CompletableFuture<Void> send(List<StreamEvent> events) {
    CompletableFuture<Void> accepted = new CompletableFuture<>();
    context.runOnContext(
        now -> {
          if (!ended) {
            events.forEach(this::write);
          }
          room = accepted;
          if (ended || !response.writeQueueFull()) {
            accepted.complete(null);
          }
        });
    return accepted;
  }

  /**
   * Continues with the shared chain of recent events.
   *
   * @param from a place in the chain at or before the position
   */
  void live(RecentEvents shared, StreamEvent from, long[] next) {
    seek(shared.layout(), next, List.of());
    onLoop(
        () -> {
          recent = shared;
          place = from;
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
    if (ended || recent == null) {
      return;
    }
    for (int i = 0; !response.writeQueueFull() && !recent.lost(place); i++) {
      StreamEvent event = place.next();
      if (event == null) {
        return;
      }
      if (i == EVENTS_AT_ONCE) {
        signal();
        return;
      }
      place = event;
      write(event);
    }
    if (recent.lost(place)) {
      drop(Drop.SLOW);
    }
  }

  private void write(StreamEvent event) {
    if (position.passes(event) && filter.wants(event.attributes())) {
      response.write(Buffer.buffer(id()).appendBuffer(event.bytes()));
    }
  }

  // The heartbeat carries the position, so that a client whose filter rejects most events still
  // advances.
  private void beat() {
    if (ended || response.writeQueueFull()) {
      return;
    }
    if (recent != null && recent.ended()) {
      drop(Drop.INTERRUPTED);
      return;
    }
    RecentEvents.End end = recent == null ? null : recent.end();
    if (end == null || place != end.last()) {
      response.write(":\n\n");
      return;
    }
    position.advance(end.position());
    response.write(":\n" + id() + "\n");
  }

  /** Sends a {@code dropped} event with the reason and ends the response. */
  void drop(Drop why) {
    onLoop(
        () -> {
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

  private void onLoop(Runnable work) {
    context.runOnContext(
        now -> {
          if (!ended) {
            work.run();
          }
        });
  }

  private void end(Drop why) {
    if (!ended) {
      ended = true;
      vertx.cancelTimer(heartbeat);
      room.complete(null);
      onEnd.accept(this, why);
    }
  }
}
