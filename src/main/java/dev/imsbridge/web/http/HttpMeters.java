package dev.imsbridge.web.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Counts requests by method, route and status, and measures the time until the response headers are
 * sent. The tag is the route, never the path, because paths contain job ids. Must be the first
 * handler of every request. Thread-safe.
 */
public final class HttpMeters implements Handler<RoutingContext> {
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "DELETE", "OPTIONS");

  private static final String STATUS = HttpMeters.class.getName() + ".status";

  private final MeterRegistry metrics;

  public HttpMeters(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  @Override
  public void handle(RoutingContext routing) {
    long begin = System.nanoTime();
    routing.addHeadersEndHandler(head -> count(routing, System.nanoTime() - begin));
    routing.next();
  }

  /** Counts a request under another status than the one that is sent. */
  public static void countAs(RoutingContext routing, int status) {
    routing.put(STATUS, status);
  }

  private void count(RoutingContext routing, long nanos) {
    String method = routing.request().method().name();
    int status = routing.<Integer>get(STATUS, routing.response().getStatusCode());
    Timer.builder("imsbridge.http.requests")
        .description("Requests answered over HTTP, and the time until the answer began.")
        .tag("method", METHODS.contains(method) ? method : "other")
        .tag("route", route(routing.currentRoute()))
        .tag("status", Integer.toString(status))
        .register(metrics)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  // Handlers for all paths, such as this one, have no name. If the current route has none, no route
  // accepted the request.
  private static String route(Route route) {
    String name = route == null ? null : route.getName();
    return name == null ? "none" : name;
  }
}
