package dev.imsbridge.web.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;

/** Registers routes. */
public final class Routes {
  private Routes() {}

  /**
   * Adds a route for GET and HEAD. RFC 9110 requires both; HEAD has the same response without a
   * body.
   */
  public static Route get(Router router, String path) {
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }
}
