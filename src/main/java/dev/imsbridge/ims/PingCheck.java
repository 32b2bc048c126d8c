package dev.imsbridge.ims;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Closes HTTP/2 connections whose peer does not answer a ping. A timeout of a call resets only its
 * stream. If the peer is gone without a FIN, all later calls would use the dead connection. A
 * server that is only slow for one job still answers a ping, so its other streams continue.
 * Thread-safe.
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

  /** Pings a connection on which a call failed. Closes it if the ping is not answered in time. */
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
