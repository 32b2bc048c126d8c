package dev.imsbridge.web.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** Sends error responses as problem documents (RFC 9457). */
public final class Problems {
  private Problems() {}

  public static void badRequest(HttpServerResponse response, String detail) {
    send(response, 400, "Bad Request", detail);
  }

  public static void unauthorized(HttpServerResponse response, String detail) {
    response.putHeader("www-authenticate", "Bearer realm=\"imsbridge\"");
    send(response, 401, "Unauthorized", detail);
  }

  public static void forbidden(HttpServerResponse response, String detail) {
    send(response, 403, "Forbidden", detail);
  }

  public static void notFound(HttpServerResponse response, String detail) {
    send(response, 404, "Not Found", detail);
  }

  public static void methodNotAllowed(HttpServerResponse response, String allowed) {
    response.putHeader("allow", allowed);
    send(response, 405, "Method Not Allowed", "this path supports " + allowed);
  }

  static void tooLarge(HttpServerResponse response, String detail) {
    send(response, 413, "Content Too Large", detail);
  }

  public static void uriTooLong(HttpServerResponse response, String detail) {
    send(response, 414, "URI Too Long", detail);
  }

  static void unsupported(HttpServerResponse response, String detail) {
    response.putHeader("accept-encoding", "identity");
    send(response, 415, "Unsupported Media Type", detail);
  }

  public static void tooMany(HttpServerResponse response, String detail, int retryAfterSeconds) {
    response.putHeader("retry-after", Integer.toString(retryAfterSeconds));
    send(response, 429, "Too Many Requests", detail);
  }

  public static void headersTooLarge(HttpServerResponse response, String detail) {
    send(response, 431, "Request Header Fields Too Large", detail);
  }

  public static void failed(HttpServerResponse response) {
    send(response, 500, "Internal Server Error", "the request failed; see the log of the bridge");
  }

  public static void unavailable(
      HttpServerResponse response, String detail, int retryAfterSeconds) {
    response.putHeader("retry-after", Integer.toString(retryAfterSeconds));
    send(response, 503, "Service Unavailable", detail);
  }

  private static void send(HttpServerResponse response, int status, String title, String detail) {
    response
        .setStatusCode(status)
        .putHeader("content-type", "application/problem+json")
        .end(
            new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .encode());
  }
}
