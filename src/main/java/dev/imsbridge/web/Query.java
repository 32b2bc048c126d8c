package dev.imsbridge.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * The query of a request: UTF-8, percent-encoded, separated by {@code &}. A semicolon is an
 * ordinary character, as in browsers, and no parameter is dropped.
 */
final class Query {
  private Query() {}

  /**
   * The parameters of a query.
   *
   * @throws IllegalArgumentException if a percent sign is not followed by two hexadecimal digits;
   *     the {@link Guard} has refused such a request already
   */
  static MultiMap of(HttpServerRequest request) {
    String uri = request.uri();
    MultiMap query = MultiMap.caseInsensitiveMultiMap();
    new QueryStringDecoder(uri, UTF_8, true, uri.length() + 1, true)
        .parameters()
        .forEach(query::add);
    return query;
  }

  /** Whether a query can be read. */
  static boolean readable(HttpServerRequest request) {
    try {
      of(request);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The handler of a path without parameters. It refuses any: a misspelt one has no effect. */
  static Handler<RoutingContext> none(Handler<RoutingContext> handler) {
    return routing -> {
      if (of(routing.request()).isEmpty()) {
        handler.handle(routing);
      } else {
        Problems.badRequest(routing.response(), "this path takes no parameters");
      }
    };
  }
}
