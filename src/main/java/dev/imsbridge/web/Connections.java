package dev.imsbridge.web;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bounds connections, of which somebody may open many and ask for nothing, or never finish asking:
 * how many there are, and how long each may take for a whole request and keep silent after one.
 *
 * <p>At the limit the one that has kept us waiting longest is closed for a new one, so whoever asks
 * at once gets in as long as not all of them are being answered. What is being answered is left in
 * peace; a reader that does not read is the idle timeout's affair. Thread-safe.
 */
final class Connections implements Handler<HttpConnection> {
  /**
   * @param most connections at once
   * @param request from its first possible byte to its last, on a new connection; else from its
   *     head to its last byte
   * @param idle from an answer to the head of the next request
   */
  record Bounds(int most, Duration request, Duration idle) {
    static final Bounds DEFAULTS = new Bounds(1000, Duration.ofSeconds(10), Duration.ofSeconds(60));
  }

  private final Vertx vertx;
  private final Bounds bounds;
  // Requests under way of each connection, and the timers of those we wait for, longest first.
  private final Map<HttpConnection, Integer> open = new HashMap<>();
  private final Map<HttpConnection, Long> waiting = new LinkedHashMap<>();

  Connections(Vertx vertx, Bounds bounds) {
    this.vertx = vertx;
    this.bounds = bounds;
  }

  /** A connection was opened. */
  @Override
  public synchronized void handle(HttpConnection connection) {
    if (open.size() >= bounds.most() && !makeRoom()) {
      connection.close();
      return;
    }
    open.put(connection, 0);
    connection.closeHandler(gone -> closed(connection));
    await(connection, bounds.request());
  }

  private boolean makeRoom() {
    Iterator<HttpConnection> longest = waiting.keySet().iterator();
    if (!longest.hasNext()) {
      return false;
    }
    HttpConnection connection = longest.next();
    closed(connection);
    connection.close();
    return true;
  }

  /** The first handler of every request: its head has come. */
  void began(RoutingContext routing) {
    HttpConnection connection = routing.request().connection();
    if (began(connection)) {
      routing.request().end().onSuccess(whole -> whole(connection));
      // Who is answered early may still send what nobody reads.
      routing.addEndHandler(
          answered ->
              answered(connection, routing.request().isEnded() ? bounds.idle() : bounds.request()));
    }
    routing.next();
  }

  private synchronized boolean began(HttpConnection connection) {
    if (open.computeIfPresent(connection, (same, requests) -> requests + 1) == null) {
      return false;
    }
    await(connection, bounds.request());
    return true;
  }

  private synchronized void whole(HttpConnection connection) {
    Integer requests = open.get(connection);
    if (requests == null) {
      return;
    }
    if (requests == 0) {
      await(connection, bounds.idle());
    } else {
      stopWaiting(connection);
    }
  }

  private synchronized void answered(HttpConnection connection, Duration most) {
    Integer left = open.computeIfPresent(connection, (same, requests) -> requests - 1);
    if (left != null && left == 0) {
      await(connection, most);
    }
  }

  private synchronized void closed(HttpConnection connection) {
    open.remove(connection);
    stopWaiting(connection);
  }

  private void await(HttpConnection connection, Duration most) {
    stopWaiting(connection);
    waiting.put(connection, vertx.setTimer(most.toMillis(), expired -> connection.close()));
  }

  private void stopWaiting(HttpConnection connection) {
    Long timer = waiting.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }
}
