package dev.imsbridge.web;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;

/** Mounts routes. */
final class Routes {
  private Routes() {}

  /** A route for GET and, as RFC 9110 demands, for HEAD: the same answer without its body. */
  static Route get(Router router, String path) {
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }
}
