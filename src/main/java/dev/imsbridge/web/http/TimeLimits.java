package dev.imsbridge.web.http;

import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Limits how long responses wait. */
public final class TimeLimits {
  private static final long NO_TIMER = -1;

  private TimeLimits() {}

  /**
   * Limits the wait of one response.
   *
   * @param over runs after the limit, unless the response has ended by then; never if the limit is
   *     zero
   * @param end runs once, when the response has ended or the client has disconnected
   */
  public static void set(RoutingContext routing, Duration limit, Runnable over, Runnable end) {
    long timer =
        limit.isZero() ? NO_TIMER : routing.vertx().setTimer(limit.toMillis(), late -> over.run());
    // The end handler runs for every response, and also when the client disconnects.
    routing.addEndHandler(
        ended -> {
          routing.vertx().cancelTimer(timer);
          end.run();
        });
  }
}
