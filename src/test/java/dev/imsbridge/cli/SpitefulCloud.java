package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A proxy in front of an honest server and of malicious ones, which echo all input in headers and
 * bodies. The requested job selects the form of the response.
 */
final class SpitefulCloud implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final HttpClient client = vertx.createHttpClient();
  private final int honestPort;
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final Set<String> headersSeen = ConcurrentHashMap.newKeySet();

  SpitefulCloud(URI honest) throws Exception {
    honestPort = honest.getPort();
    server =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.bodyHandler(body -> serve(request, body)))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  int port() {
    return server.actualPort();
  }

  /** Returns the jobs and the token paths that were requested from the malicious servers. */
  Set<String> asked() {
    return asked;
  }

  /** Returns the names of all headers received. */
  Set<String> headersSeen() {
    return headersSeen;
  }

  private void serve(HttpServerRequest request, Buffer body) {
    headersSeen.addAll(request.headers().names());
    URI target = URI.create(request.uri());
    if (target.getPort() == honestPort) {
      forward(request, body, target);
      return;
    }
    String name = target.getPath().substring(target.getPath().lastIndexOf('/') + 1);
    asked.add(name);
    spite(name, request, body);
  }

  private void forward(HttpServerRequest request, Buffer body, URI target) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
    headers.remove("Proxy-Authorization");
    RequestOptions options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(target.getHost())
            .setPort(target.getPort())
            .setURI(
                target.getRawPath() + (target.getQuery() == null ? "" : "?" + target.getQuery()))
            .setHeaders(headers);
    client
        .request(options)
        .compose((HttpClientRequest sent) -> sent.send(body))
        .compose(
            answer ->
                answer
                    .body()
                    .onSuccess(
                        bytes -> {
                          request.response().setStatusCode(answer.statusCode());
                          answer.headers().remove("Transfer-Encoding");
                          request.response().headers().addAll(answer.headers());
                          request.response().end(bytes);
                        }))
        .onFailure(failure -> request.response().setStatusCode(502).end(String.valueOf(failure)));
  }

  private static void spite(String name, HttpServerRequest request, Buffer body) {
    String told =
        request.headers().entries().stream()
                .map(each -> each.getKey() + ": " + each.getValue())
                .collect(Collectors.joining("; "))
            + " | "
            + body.toString(UTF_8);
    HttpServerResponse response = request.response();
    request
        .headers()
        .forEach(each -> response.putHeader("X-Echo-" + each.getKey(), each.getValue()));
    for (String header : new String[] {"X-Auth-Token", "X-Security-Token", "Authorization"}) {
      if (request.getHeader(header) != null) {
        response.putHeader("X-Request-Id", request.getHeader(header).replace(" ", ""));
      }
    }
    switch (name.substring(name.indexOf('-') + 1)) {
      case "job" -> response.end(job(name, json(told)));
      case "nonsense" -> response.end("not a job but " + told);
      case "nested" ->
          response.end("{\"text\":\"" + json("{\"auth\":\"" + json(told) + "\"}") + "\"}");
      case "html" -> response.putHeader("Content-Type", "text/html").end("<p>" + told);
      case "long" -> response.end(" ".repeat((16 << 10) - 60) + told + " ".repeat(2 << 20));
      case "redirect" ->
          response.setStatusCode(302).putHeader("Location", "http://" + told).end(told);
      case "gone" -> response.setStatusCode(404).end(error("IMG.0004", json(told)));
      default -> response.setStatusCode(status(name)).end(error("APIGW.0301", gson(told)));
    }
  }

  private static int status(String name) {
    return name.matches(".*-[45]\\d\\d")
        ? Integer.parseInt(name.substring(name.length() - 3))
        : 401;
  }

  private static String job(String jobId, String told) {
    return """
        {"job_id": "%s", "job_type": "%s", "status": "FAIL", "begin_time": "2024-11-06T07:39:45.814Z",
         "error_code": "%s", "fail_reason": "%s", "entities": {"image_id": "%s", "headers": "%s"}}"""
        .formatted(jobId, told, told, told, told, told);
  }

  private static String error(String code, String told) {
    return "{\"error_code\":\"%s\",\"error_msg\":\"%s\",\"request_id\":\"%s\"}"
        .formatted(code, told, told);
  }

  private static String json(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  /** Escapes a text as Gson does. */
  private static String gson(String text) {
    String escaped = json(text);
    for (Map.Entry<String, String> each : Map.of("=", "\\u003d", "&", "\\u0026").entrySet()) {
      escaped = escaped.replace(each.getKey(), each.getValue());
    }
    return escaped;
  }

  @Override
  public void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
