package dev.imsbridge.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Parses the query of a request: UTF-8, percent-encoded, separated by {@code &}. A semicolon is an
 * ordinary character, as in browsers. All parameters are read, however many there are.
 */
public final class Query {
  private Query() {}

  /**
   * Returns the parameters of a query.
   *
   * @throws IllegalArgumentException if a percent sign is not followed by two hexadecimal digits.
   *     The server rejects such requests before any route.
   */
  public static MultiMap of(HttpServerRequest request) {
    String uri = request.uri();
    MultiMap query = MultiMap.caseInsensitiveMultiMap();
    new QueryStringDecoder(uri, UTF_8, true, uri.length() + 1, true)
        .parameters()
        .forEach(query::add);
    return query;
  }

  /**
   * Wraps the handler of a path that takes no parameters. Any parameter is rejected with 400,
   * because a misspelt one would otherwise be ignored silently.
   */
  public static Handler<RoutingContext> none(Handler<RoutingContext> handler) {
    return routing -> {
      if (of(routing.request()).isEmpty()) {
        handler.handle(routing);
      } else {
        Problems.badRequest(routing.response(), "this path takes no parameters");
      }
    };
  }
}
