package dev.imsbridge.web;

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
 * One client of the stream. It walks a chain of events at the pace at which its socket takes them:
 * first, when it is far behind, some read for it alone, then that of the recent events, which all
 * share. It holds no events, only its place; one that lost its place is dropped.
 *
 * <p>What it sends is sent on its own event loop. Its methods are for any thread.
 */
final class EventClient {
  static final String CONTENT_TYPE = "text/event-stream; charset=utf-8";

  private static final int EVENTS_AT_ONCE = 500;
  private static final long LINGER_MS = 5_000;

  /** Why a client was dropped. */
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
   * To be made on the request's event loop.
   *
   * @param onEnd told once that the client is gone, and why if it was dropped, else null
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

  /** Whether nothing can be sent to it any more. */
  boolean ended() {
    return ended;
  }

  /** Sends the head, and where the stream begins. */
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
   * Says where events are missing.
   *
   * @param position behind the gaps
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
   * Sends these events, which were read for it alone.
   *
   * @return completed when all of them are on their way, or the client has gone
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
   * Stops sending the events that were read for it alone.
   *
   * @return completed with the last one that was sent; with null if none was
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

  /** Completed when its socket takes more, or the client has gone. */
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
   * Goes on with the events that all share.
   *
   * @param position where the client stands, at or after the start of what was joined
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

  /** Says that there may be more to send. */
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

  // A client whose filter lets little pass learns here how far it has come.
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

  /** Tells it why, and closes it. */
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
          // Who does not read will not read this either; who did may be back on this connection.
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
