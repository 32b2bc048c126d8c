package dev.imsbridge.web.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Lists the methods that a path supports, for the {@code Allow} header of a 405 response. */
public final class AllowedMethods {
  private AllowedMethods() {}

  /** Returns the value of the {@code Allow} header. It is empty if no route matches the path. */
  public static String of(Router router, String path) {
    Set<String> methods = new TreeSet<>();
    for (Route route : router.getRoutes()) {
      if (route.methods() != null && matches(route.getPath(), path)) {
        route.methods().stream()
            .filter(Objects::nonNull)
            .map(HttpMethod::name)
            .forEach(methods::add);
      }
    }
    return String.join(", ", methods);
  }

  private static boolean matches(String template, String path) {
    if (template == null) {
      return false;
    }
    String[] wanted = template.split("/", -1);
    String[] given = path.split("/", -1);
    boolean same = wanted.length == given.length;
    for (int i = 0; same && i < wanted.length; i++) {
      same = wanted[i].startsWith(":") || wanted[i].equals(given[i]);
    }
    return same;
  }
}
