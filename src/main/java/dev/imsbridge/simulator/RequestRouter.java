package dev.imsbridge.simulator;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** Dispatches requests to their endpoints by method and path, and counts them. Thread-safe. */
final class RequestRouter implements Handler<HttpServerRequest> {
  private static final String VERSION = "/v1/";
  private static final String CLOUD_IMAGES = "/v1/cloudimages/job/";
  private static final String JOBS = "/jobs/";
  private static final String CONTROL = "/simulator";

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private final SimulatorOptions options;
  private final JobEndpoint jobs;
  private final IdentityEndpoint identity;
  private final BiConsumer<SimulatorExchange, String> control;
  private final RequestCounters counters;
  private final AtomicLong number = new AtomicLong();

  /**
   * @param control answers requests to the control API, given the path after {@code /simulator}
   */
  RequestRouter(
      SimulatorOptions options,
      JobEndpoint jobs,
      IdentityEndpoint identity,
      BiConsumer<SimulatorExchange, String> control,
      RequestCounters counters) {
    this.options = options;
    this.jobs = jobs;
    this.identity = identity;
    this.control = control;
    this.counters = counters;
  }

  @Override
  public void handle(HttpServerRequest request) {
    // A client that disconnects is not an error of the simulator.
    request.response().exceptionHandler(gone -> {});
    String id = new SeededRandom(options.seed()).derive(number.incrementAndGet()).hex();
    SimulatorExchange exchange =
        new SimulatorExchange(request, id, HTTP_DATE.format(options.clock().instant()));
    try {
      route(exchange);
    } catch (IllegalArgumentException e) {
      // Vert.x parses the query lazily and throws if it is not properly encoded.
      exchange.send(
          SimulatorResponse.refused(400, "the query of the request is not properly encoded"));
    } catch (RuntimeException e) {
      exchange.send(SimulatorResponse.refused(500, "internal error of the simulator; see its log"));
      throw e;
    }
  }

  private void route(SimulatorExchange exchange) {
    HttpMethod method = exchange.request().method();
    String path = exchange.request().path();
    if (path == null) {
      unknown(exchange);
    } else if (method.equals(HttpMethod.GET) && path.startsWith(VERSION)) {
      job(exchange, path);
    } else if (path.startsWith(CONTROL + "/")) {
      counters.count(RequestClass.SIMULATOR);
      control.accept(exchange, path.substring(CONTROL.length()));
    } else if (method.equals(HttpMethod.POST) && path.equals("/v3/auth/tokens")) {
      counters.count(RequestClass.TOKEN);
      identity.token(exchange);
    } else if (method.equals(HttpMethod.GET) && path.equals("/openstack/latest/securitykey")) {
      counters.count(RequestClass.METADATA);
      identity.securityKey(exchange);
    } else {
      unknown(exchange);
    }
  }

  private void job(SimulatorExchange exchange, String path) {
    int slash = path.indexOf('/', VERSION.length());
    if (path.startsWith(CLOUD_IMAGES)) {
      counters.count(RequestClass.CLOUDIMAGES_JOB);
      jobs.get(exchange, path.substring(CLOUD_IMAGES.length()), true);
    } else if (slash > VERSION.length() && path.startsWith(JOBS, slash)) {
      counters.count(RequestClass.JOB);
      jobs.get(exchange, path.substring(slash + JOBS.length()), false);
    } else {
      unknown(exchange);
    }
  }

  private void unknown(SimulatorExchange exchange) {
    counters.count(RequestClass.UNKNOWN_PATH);
    exchange.send(SimulatorResponse.noSuchPath(exchange.requestId()));
  }
}
