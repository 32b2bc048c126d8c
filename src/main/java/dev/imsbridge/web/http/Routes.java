package dev.imsbridge.web.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Objects;
import java.util.stream.Collectors;

/** Registers routes and lists their methods. */
public final class Routes {
  private Routes() {}

  /**
   * Adds a route for GET and HEAD. RFC 9110 requires both; HEAD has the same response without a
   * body.
   */
  public static Route get(Router router, String path) {
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }

  /**
   * Returns the methods that a path supports, for the {@code Allow} header of a 405 response.
   * Vert.x sets that header only if there is no error handler for 405.
   */
  public static String methods(Router router, String path) {
    return router.getRoutes().stream()
        .filter(route -> route.methods() != null && matches(route.getPath(), path))
        .flatMap(route -> route.methods().stream())
        .filter(Objects::nonNull)
        .map(HttpMethod::name)
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static boolean matches(String template, String path) {
    return template != null && path.matches(template.replaceAll(":[^/]+", "[^/]*"));
  }
}
