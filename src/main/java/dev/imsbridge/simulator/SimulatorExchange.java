package dev.imsbridge.simulator;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * A request with its response. Confined to the event loop of the request.
 *
 * @param requestId sent as {@code X-Request-Id}
 * @param date sent as {@code Date}
 */
record SimulatorExchange(HttpServerRequest request, String requestId, String date) {
  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");

  void send(SimulatorResponse answer) {
    begin(answer).end(answer.body());
  }

  /** Returns the response with status and headers set. Sends nothing. */
  HttpServerResponse begin(SimulatorResponse answer) {
    HttpServerResponse response = request.response();
    response.setStatusCode(answer.status());
    response.putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType());
    response.putHeader(HttpHeaders.DATE, date);
    response.putHeader(REQUEST_ID, requestId);
    answer.headers().forEach(response::putHeader);
    return response;
  }

  /** Returns whether the client is still connected and not answered yet. */
  boolean open() {
    return !request.response().closed() && !request.response().ended();
  }

  /**
   * Reads the request's body.
   *
   * @param limit in bytes
   * @return fails with {@link BadInputException} if the body is larger than the limit
   */
  Future<Buffer> body(int limit) {
    Promise<Buffer> promise = Promise.promise();
    Buffer collected = Buffer.buffer();
    request.exceptionHandler(promise::tryFail);
    request.handler(
        chunk -> {
          if (collected.length() + chunk.length() > limit) {
            promise.tryFail(new BadInputException("the body has more than " + limit + " bytes"));
          } else {
            collected.appendBuffer(chunk);
          }
        });
    request.endHandler(end -> promise.tryComplete(collected));
    return promise.future();
  }
}
