package dev.imsbridge.web.stream;

import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.web.http.HttpMeters;
import dev.imsbridge.web.http.Problems;
import dev.imsbridge.web.http.Query;
import dev.imsbridge.wire.TopicNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code GET /api/v1/events}: streams transitions and completions as server-sent events while they
 * are published. A client that reconnects resumes after its last event, at this instance or
 * another.
 *
 * <p>Clients must retry later until the stream is {@linkplain #start started} and has read from
 * Kafka once, and while the maximum number of clients is connected. Thread-safe. {@link #handle} is
 * called on event loops and never blocks.
 */
public final class EventStream implements AutoCloseable {
  private static final int RETRY_SECONDS = 5;

  private final EventStreamSettings settings;
  private final Map<EventClient.Drop, Counter> dropped = new EnumMap<>(EventClient.Drop.class);
  private final CompletionWaiters waiters = new CompletionWaiters();
  private final EventSamples samples = new EventSamples(InstantSource.system());
  private volatile Running running;

  private record Running(EventFeed feed, CatchUps catchUps) {}

  /**
   * @param metrics receives the number of clients and of dropped clients
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
        .description("Clients of the stream that are far behind and are being caught up.")
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
   * Starts to follow the topics. Must be called once.
   *
   * @param consumer the configuration of the Kafka consumer
   */
  public void start(Map<String, Object> consumer, TopicNames topics) {
    StreamConsumers consumers = new StreamConsumers(consumer, settings.fetchBytes());
    running =
        new Running(
            new EventFeed(consumers, topics, settings, waiters, samples).start(),
            new CatchUps(consumers.forShortReads(), settings));
  }

  /** Returns the clients that wait for the completion of one job. */
  public CompletionWaiters waiters() {
    return waiters;
  }

  /** Returns the last hour of the stream. */
  public EventSamples samples() {
    return samples;
  }

  /** Serves a request. Reads only its query and headers. */
  public void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    HttpServerResponse response = routing.response();
    Running parts = running;
    RecentEvents recent = parts == null ? null : parts.feed().recent().orElse(null);
    if (recent == null) {
      retryLater(routing, "the event stream has not started: Kafka does not answer yet");
      return;
    }
    try {
      MultiMap query = Query.of(request);
      EventFilter filter = EventFilter.of(query);
      Optional<String> id = lastEventId(request, query);
      long[] from = id.isEmpty() ? null : StreamPosition.decode(recent.layout(), id.get());
      if (request.method().equals(HttpMethod.HEAD)) {
        response.putHeader("content-type", EventClient.CONTENT_TYPE).end();
        return;
      }
      EventClient client =
          new EventClient(
              routing.vertx(), request, filter, (gone, why) -> ended(parts.feed(), gone, why));
      if (parts.feed().add(client)) {
        serve(parts, recent, client, id, from);
      } else {
        retryLater(routing, "the event stream has too many clients");
      }
    } catch (BadRequestException e) {
      Problems.badRequest(response, e.getMessage());
    }
  }

  // Clients set the header when they reconnect, so it is newer than the id in the URL.
  private static Optional<String> lastEventId(HttpServerRequest request, MultiMap query) {
    String header = request.getHeader("last-event-id");
    return header == null || header.isEmpty()
        ? EventFilter.lastEventId(query)
        : Optional.of(header);
  }

  // An EventSource gives up after 503 but reconnects after the end of a stream.
  private static void retryLater(RoutingContext routing, String why) {
    String accept = routing.request().getHeader("accept");
    if (accept != null && accept.toLowerCase(Locale.ROOT).contains("text/event-stream")) {
      HttpMeters.countAs(routing, 503);
      routing
          .response()
          .putHeader("content-type", EventClient.CONTENT_TYPE)
          .end("retry: %s\n: %s\n\n".formatted(RETRY_SECONDS * 1000, why));
    } else {
      Problems.unavailable(routing.response(), why, RETRY_SECONDS);
    }
  }

  private void serve(
      Running parts, RecentEvents recent, EventClient client, Optional<String> id, long[] from) {
    RecentEvents.End end = recent.end();
    client.begin(
        id.orElseGet(() -> StreamPosition.encode(recent.layout(), end.position())),
        settings.heartbeat());
    if (from == null) {
      client.live(recent, end.last(), end.position());
      return;
    }
    Optional<StreamEvent> place =
        within(from, end.position()) ? recent.join(from) : Optional.empty();
    if (place.isPresent()) {
      client.live(recent, place.get(), from);
    } else {
      parts.catchUps().start(client, recent, from);
    }
  }

  // An id beyond the end of this instance may come from an instance that has read further, or it
  // may be invalid. Only Kafka can tell, so such a client is caught up from the topics.
  private static boolean within(long[] position, long[] end) {
    return IntStream.range(0, end.length).allMatch(i -> position[i] <= end[i]);
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
    return parts == null ? 0 : parts.catchUps().clients();
  }

  /** Drops all clients and stops the threads within seconds. */
  @Override
  public void close() {
    Running parts = running;
    if (parts != null) {
      parts.catchUps().close();
      parts.feed().close();
    }
  }
}
