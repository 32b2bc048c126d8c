package dev.imsbridge.simulator;

import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Answers requests, with a fault if they meet one. Thread-safe; each answer is sent on the event
 * loop of its request.
 */
final class FaultResponder {
  private static final List<String> AUTH_CODES =
      List.of("IMG.0030", "IMG.0087", "IMG.0161", "IMG.0026");

  private final Vertx vertx;
  private final RequestCounters counters;
  private final AtomicInteger authCode = new AtomicInteger();

  FaultResponder(Vertx vertx, RequestCounters counters) {
    this.vertx = vertx;
    this.counters = counters;
  }

  /**
   * Answers a request, and counts the fault.
   *
   * @param fault empty to send the answer as it is
   * @param answer creates the answer; not called if the fault replaces it
   */
  void respond(
      SimulatorExchange exchange,
      Optional<InjectedFault> fault,
      Supplier<SimulatorResponse> answer) {
    if (fault.isEmpty()) {
      exchange.send(answer.get());
    } else {
      counters.count(fault.get().type());
      respond(exchange, fault.get(), answer);
    }
  }

  private void respond(
      SimulatorExchange exchange, InjectedFault fault, Supplier<SimulatorResponse> answer) {
    switch (fault.type()) {
      case SLOW_HEADERS -> later(exchange, fault, () -> exchange.send(answer.get()));
      case SLOW_BODY -> slowBody(exchange, fault, answer.get());
      case TRUNCATED_BODY -> truncated(exchange, answer.get());
      case OVERSIZED_BODY -> PaddedBody.send(exchange, answer.get(), fault.bytes());
      case GZIP_BOMB -> bomb(exchange, answer.get(), fault.bytes());
      case RESET -> reset(exchange);
      default -> exchange.send(response(exchange, fault, answer));
    }
  }

  private SimulatorResponse response(
      SimulatorExchange exchange, InjectedFault fault, Supplier<SimulatorResponse> answer) {
    String id = exchange.requestId();
    return switch (fault.type()) {
      case THROTTLED, RATE_LIMIT -> throttled(fault, id);
      case INTERNAL_ERROR -> SimulatorResponse.ims(500, "IMG.0020", "An internal error occurred.");
      case BAD_GATEWAY -> SimulatorResponse.html(502, "The backend server is unreachable.");
      case UNAVAILABLE ->
          SimulatorResponse.plain(503, "The service is not available now.", id)
              .with(retryAfter(fault));
      case GATEWAY_TIMEOUT -> SimulatorResponse.plain(504, "Wait response timeout.", id);
      case UNAUTHORIZED -> SimulatorResponse.unauthorized("x-auth-token invalid", id);
      case TOKEN_EXPIRED -> SimulatorResponse.tokenExpired(id);
      case AUTH_400 -> SimulatorResponse.ims(400, authCode(fault), "Authentication failed.");
      case QUERY_FAILED ->
          SimulatorResponse.ims(400, "IMG.0023", "An exception occurred during task query.");
      case NOT_FOUND -> SimulatorResponse.noSuchJob();
      case WRONG_PATH -> SimulatorResponse.noSuchPath(id);
      case REDIRECT -> redirect(exchange);
      case BROKEN_JSON -> halved(answer.get());
      // These change the body, which the answer already takes into account.
      case STALE, CONTRADICTION, UNKNOWN_STATUS, OTHER_JOB, QUIRKS -> answer.get();
      case SLOW_HEADERS, SLOW_BODY, TRUNCATED_BODY, OVERSIZED_BODY, GZIP_BOMB, RESET ->
          throw new IllegalArgumentException(fault.type() + " is a fault of the connection");
    };
  }

  private static SimulatorResponse throttled(InjectedFault fault, String requestId) {
    String message =
        "The throttling threshold has been reached: policy %s over ratelimit,limit:%s,time:%s"
            .formatted(fault.policy().word(), fault.limit(), fault.time());
    return SimulatorResponse.gateway(429, "APIGW.0308", message, requestId).with(retryAfter(fault));
  }

  private static Map<String, String> retryAfter(InjectedFault fault) {
    return fault.retryAfter() == null
        ? Map.of()
        : Map.of("Retry-After", String.valueOf(fault.retryAfter().toSeconds()));
  }

  private String authCode(InjectedFault fault) {
    int turn = Math.floorMod(authCode.getAndIncrement(), AUTH_CODES.size());
    return fault.code() == null ? AUTH_CODES.get(turn) : fault.code();
  }

  private static SimulatorResponse redirect(SimulatorExchange exchange) {
    String elsewhere = "http://redirect.invalid" + exchange.request().path();
    return SimulatorResponse.html(302, "Found").with(Map.of("Location", elsewhere));
  }

  private static SimulatorResponse halved(SimulatorResponse answer) {
    return new SimulatorResponse(
        answer.status(), answer.contentType(), answer.headers(), firstHalf(answer.body()));
  }

  private static Buffer firstHalf(Buffer body) {
    return body.slice(0, body.length() / 2);
  }

  private void later(SimulatorExchange exchange, InjectedFault fault, Runnable action) {
    vertx.setTimer(
        Math.max(1, fault.delay().toMillis()),
        timer -> {
          if (exchange.open()) {
            action.run();
          }
        });
  }

  private void slowBody(SimulatorExchange exchange, InjectedFault fault, SimulatorResponse answer) {
    Buffer body = answer.body();
    HttpServerResponse response = exchange.begin(answer);
    response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
    response.write(firstHalf(body));
    later(exchange, fault, () -> response.end(body.slice(body.length() / 2, body.length())));
  }

  private static void truncated(SimulatorExchange exchange, SimulatorResponse answer) {
    Buffer body = answer.body();
    HttpServerResponse response = exchange.begin(answer);
    response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
    response.write(firstHalf(body)).onComplete(written -> exchange.request().connection().close());
  }

  private void bomb(SimulatorExchange exchange, SimulatorResponse answer, long bytes) {
    vertx
        .executeBlocking(() -> PaddedBody.zipped(answer.body(), bytes), false)
        .onSuccess(
            zipped -> {
              if (exchange.open()) {
                exchange.begin(answer).putHeader(HttpHeaders.CONTENT_ENCODING, "gzip").end(zipped);
              }
            });
  }

  /**
   * Ends the connection with a TCP RST. This needs SO_LINGER 0, and Vert.x gives access to the
   * channel only through an internal class.
   */
  private static void reset(SimulatorExchange exchange) {
    if (exchange.request().connection() instanceof ConnectionBase connection) {
      connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    }
    exchange.request().connection().close();
  }
}
