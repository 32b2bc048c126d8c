package dev.imsbridge.web;

import dev.imsbridge.wire.TopicNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /api/v1/events}: transitions and completions as they are published, as server-sent
 * events, which a client that was away takes up where it left off, at this instance or another.
 *
 * <p>Until it is {@linkplain #start started} and while Kafka is away it answers 503. Thread-safe;
 * {@link #handle} is called on event loops and never blocks.
 */
public final class EventStream implements AutoCloseable {
  private static final int RETRY_SECONDS = 5;

  private final EventStreamSettings settings;
  private final Map<EventClient.Drop, Counter> dropped = new EnumMap<>(EventClient.Drop.class);
  private volatile Running running;

  private record Running(EventFeed feed, CatchUps catchUps) {}

  /**
   * @param metrics told of clients and drops
   */
  public EventStream(MeterRegistry metrics) {
    this(EventStreamSettings.DEFAULTS, metrics);
  }

  EventStream(EventStreamSettings settings, MeterRegistry metrics) {
    this.settings = settings;
    Gauge.builder("imsbridge.events.clients", this, EventStream::clients)
        .description("Clients of the stream of events.")
        .register(metrics);
    Gauge.builder("imsbridge.events.catching.up", this, EventStream::catchingUp)
        .description("Clients of the stream that are far behind and have a reader of their own.")
        .register(metrics);
    for (EventClient.Drop reason : EventClient.Drop.values()) {
      dropped.put(
          reason,
          Counter.builder("imsbridge.events.dropped")
              .description("Clients of the stream that were dropped.")
              .tag("reason", reason.word())
              .register(metrics));
    }
  }

  /**
   * Follows the topics from now on. To be called once.
   *
   * @param consumer settings of Kafka's consumer
   */
  public void start(Map<String, Object> consumer, TopicNames topics) {
    StreamConsumers consumers = new StreamConsumers(consumer, topics, settings.fetchBytes());
    running = new Running(EventFeed.start(consumers, settings), new CatchUps(consumers, settings));
  }

  /** Serves a request of which only query and headers matter. */
  public void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    HttpServerResponse response = routing.response();
    Running parts = running;
    RecentEvents recent = parts == null ? null : parts.feed().recent().orElse(null);
    if (recent == null) {
      Problems.unavailable(response, "Kafka cannot be read at present", RETRY_SECONDS);
      return;
    }
    try {
      MultiMap query = Query.of(request);
      EventFilter filter = EventFilter.of(query);
      Optional<String> id = lastEventId(request, query);
      long[] from = id.isEmpty() ? null : StreamPosition.decode(recent.layout(), id.get());
      if (request.method().equals(HttpMethod.HEAD)) {
        response.putHeader("content-type", "text/event-stream; charset=utf-8").end();
        return;
      }
      if (!parts.feed().takePlace()) {
        Problems.unavailable(response, "the stream has too many clients", RETRY_SECONDS);
        return;
      }
      EventClient client =
          new EventClient(
              routing.vertx(), request, filter, (gone, why) -> ended(parts.feed(), gone, why));
      parts.feed().add(client);
      if (!serve(parts, recent, client, from)) {
        parts.feed().remove(client);
        Problems.unavailable(
            response, "too many clients are being caught up; try again", RETRY_SECONDS);
      }
    } catch (EventFilter.Refused e) {
      Problems.badRequest(response, e.getMessage());
    } catch (StreamPosition.Malformed e) {
      Problems.badRequest(response, "Last-Event-ID: " + e.getMessage());
    }
  }

  // What a client sends when it comes again is newer than what its address says.
  private static Optional<String> lastEventId(HttpServerRequest request, MultiMap query) {
    String header = request.getHeader("last-event-id");
    return header == null || header.isEmpty()
        ? EventFilter.lastEventId(query)
        : Optional.of(header);
  }

  private boolean serve(Running parts, RecentEvents recent, EventClient client, long[] from) {
    RecentEvents.End end = recent.end();
    if (from == null) {
      client.begin(end.id(), List.of(), settings.heartbeat());
      client.live(recent, new RecentEvents.Joined(end.last(), end.position()), end.position());
      return true;
    }
    Optional<RecentEvents.Joined> joined =
        within(from, end.position()) ? recent.join(from) : Optional.empty();
    if (joined.isEmpty()) {
      return parts.catchUps().start(client, recent, from);
    }
    client.begin(StreamPosition.encode(recent.layout(), from), List.of(), settings.heartbeat());
    client.live(recent, joined.get(), from);
    return true;
  }

  // An id from beyond what this instance has read is another's news, or nonsense: Kafka knows.
  private static boolean within(long[] position, long[] end) {
    for (int i = 0; i < end.length; i++) {
      if (position[i] > end[i]) {
        return false;
      }
    }
    return true;
  }

  private void ended(EventFeed feed, EventClient client, EventClient.Drop why) {
    feed.remove(client);
    if (why != null) {
      dropped.get(why).increment();
    }
  }

  private int clients() {
    Running parts = running;
    return parts == null ? 0 : parts.feed().clients();
  }

  private int catchingUp() {
    Running parts = running;
    return parts == null ? 0 : parts.catchUps().running();
  }

  /** Drops all clients and ends within seconds. */
  @Override
  public void close() {
    Running parts = running;
    if (parts != null) {
      parts.catchUps().close();
      parts.feed().close();
    }
  }
}
