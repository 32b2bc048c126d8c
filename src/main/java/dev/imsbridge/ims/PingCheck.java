package dev.imsbridge.ims;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Closes HTTP/2 connections that went silent. A timeout resets one stream only; if the peer is gone
 * without a FIN, all later calls would share the dead connection. A ping tells the two apart: a
 * server that is slow for one job still answers it, and its other streams go on. Thread-safe.
 */
final class PingCheck {
  private static final int PING_BYTES = 8;

  private final Vertx vertx;
  private final Duration deadline;
  private final Set<HttpConnection> pinged = ConcurrentHashMap.newKeySet();

  PingCheck(Vertx vertx, Duration deadline) {
    this.vertx = vertx;
    this.deadline = deadline;
  }

  /** Pings a connection on which a call failed; closes it if no answer comes in time. */
  void check(HttpConnection connection) {
    if (!pinged.add(connection)) {
      return;
    }
    long timer = vertx.setTimer(deadline.toMillis(), fired -> close(connection));
    connection
        .ping(Buffer.buffer(new byte[PING_BYTES]))
        .onComplete(
            pong -> {
              vertx.cancelTimer(timer);
              pinged.remove(connection);
            });
  }

  private void close(HttpConnection connection) {
    pinged.remove(connection);
    connection.close();
  }
}
