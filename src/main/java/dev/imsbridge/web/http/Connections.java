package dev.imsbridge.web.http;

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
 * Limits the number of connections and the time that a connection may take for a request. This
 * protects the server from clients that open many connections and send no request, or never
 * complete one.
 *
 * <p>When the limit is reached, a new connection replaces the one from which the server has waited
 * longest for a complete request. A client that sends its request at once is therefore served,
 * unless the server is answering a request on every connection. A connection whose request is being
 * answered is never closed here; the server's idle timeout closes it if the client does not read.
 * Thread-safe.
 */
public final class Connections implements Handler<HttpConnection> {
  /**
   * @param most the maximum number of open connections
   * @param request the time for a complete request. On a new connection it starts when the
   *     connection is opened, later when the head of the request arrives.
   * @param idle the time from a response to the head of the next request
   */
  public record Bounds(int most, Duration request, Duration idle) {
    public static final Bounds DEFAULTS =
        new Bounds(1000, Duration.ofSeconds(10), Duration.ofSeconds(60));
  }

  private final Vertx vertx;
  private final Bounds bounds;
  // Requests in progress per connection, and the timers of connections from which the server waits
  // for a complete request, oldest first.
  private final Map<HttpConnection, Integer> open = new HashMap<>();
  private final Map<HttpConnection, Long> waiting = new LinkedHashMap<>();

  public Connections(Vertx vertx, Bounds bounds) {
    this.vertx = vertx;
    this.bounds = bounds;
  }

  /** Registers a new connection, or closes it if there is no room. */
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

  /** Records that the head of a request has arrived. Must be the first handler of every request. */
  public void requestBegan(RoutingContext routing) {
    HttpConnection connection = routing.request().connection();
    if (requestBegan(connection)) {
      routing.request().end().onSuccess(whole -> requestComplete(connection));
      // A response may be sent before the body of its request is complete. The rest is still timed.
      routing.addEndHandler(
          answered ->
              responseEnded(
                  connection, routing.request().isEnded() ? bounds.idle() : bounds.request()));
    }
    routing.next();
  }

  private synchronized boolean requestBegan(HttpConnection connection) {
    if (open.computeIfPresent(connection, (same, requests) -> requests + 1) == null) {
      return false;
    }
    await(connection, bounds.request());
    return true;
  }

  private synchronized void requestComplete(HttpConnection connection) {
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

  private synchronized void responseEnded(HttpConnection connection, Duration most) {
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
