package dev.imsbridge.web.api;

import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.web.http.Query;
import dev.imsbridge.web.http.Routes;
import dev.imsbridge.web.stream.EventSamples;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;

/** {@code GET /api/v1/events/samples}: the last hour of the event stream. Thread-safe. */
public final class EventSamplesApi {
  private EventSamplesApi() {}

  public static void mount(Router router, EventSamples samples) {
    Routes.get(router, "/api/v1/events/samples").handler(routing -> report(routing, samples));
  }

  private static void report(RoutingContext routing, EventSamples samples) {
    try {
      ApiJson.send(routing, 200, samples.report(since(Query.of(routing.request()))));
    } catch (BadRequestException e) {
      Failures.send(routing, e);
    }
  }

  /** Parses the query. Returns null if it does not limit the time. */
  private static Instant since(MultiMap query) {
    if (query.isEmpty()) {
      return null;
    }
    if (query.size() > 1 || !query.contains("since")) {
      throw new BadRequestException("the only parameter is since, at most once");
    }
    return Parameters.time("since", query);
  }
}
