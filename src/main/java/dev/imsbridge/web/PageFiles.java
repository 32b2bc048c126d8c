package dev.imsbridge.web;

import dev.imsbridge.web.http.Routes;
import dev.imsbridge.wire.Digest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Serves the static files of the page. Each file has its own route and is read once from the
 * classpath. Request paths are never used to look up files. Immutable and thread-safe.
 */
final class PageFiles {
  /**
   * The content security policy: scripts and styles of this server only, no HTML from strings
   * (Trusted Types), and no framing.
   */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  static final String INDEX = "index.html";

  static final List<String> NAMES =
      List.of(
          INDEX,
          "api.js",
          "app.js",
          "board.js",
          "bridge.js",
          "chart.js",
          "dom.js",
          "events.js",
          "feed.js",
          "forecast.js",
          "format.js",
          "gantt.js",
          "icon.svg",
          "job.js",
          "jobs.js",
          "letters.js",
          "outages.js",
          "past.js",
          "samples.js",
          "style.css",
          "submit.js",
          "token.js");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  private record File(String type, Buffer content, String tag) {}

  private PageFiles() {}

  private static File read(String name) {
    byte[] content = resource("page/" + name);
    return new File(
        TYPES.get(name.substring(name.lastIndexOf('.') + 1)),
        Buffer.buffer(content),
        '"' + Digest.half(content) + '"');
  }

  /**
   * Reads a file from the classpath.
   *
   * @throws UncheckedIOException if it is missing, which is a build error
   */
  static byte[] resource(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Serves the page at {@code /} and its other files under {@code /page/}. */
  static void mount(Router router) {
    for (String name : NAMES) {
      File file = read(name);
      String path = name.equals(INDEX) ? "/" : "/page/" + name;
      Routes.get(router, path).handler(routing -> serve(routing, file));
    }
  }

  private static void serve(RoutingContext routing, File file) {
    HttpServerResponse response =
        routing
            .response()
            .putHeader("content-type", file.type())
            .putHeader("content-security-policy", POLICY)
            .putHeader("cross-origin-opener-policy", "same-origin")
            // Browsers may cache files but must revalidate them. After an upgrade, files of two
            // versions are never mixed.
            .putHeader("cache-control", "no-cache")
            .putHeader(HttpHeaderNames.ETAG, file.tag());
    if (file.tag().equals(routing.request().getHeader(HttpHeaderNames.IF_NONE_MATCH))) {
      response.setStatusCode(304).end();
    } else {
      response.end(file.content());
    }
  }
}
