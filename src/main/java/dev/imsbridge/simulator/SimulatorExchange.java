package dev.imsbridge.simulator;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * A request, the id it got, and the ways to answer it. Used on the event loop that the request came
 * in on.
 */
record SimulatorExchange(HttpServerRequest request, String requestId, String date) {
  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");

  void send(SimulatorResponse answer) {
    begin(answer).end(answer.body());
  }

  /** The response with its head filled in, nothing of it sent yet. */
  HttpServerResponse begin(SimulatorResponse answer) {
    HttpServerResponse response = request.response();
    response.setStatusCode(answer.status());
    response.putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType());
    response.putHeader(HttpHeaders.DATE, date);
    response.putHeader(REQUEST_ID, requestId);
    answer.headers().forEach(response::putHeader);
    return response;
  }

  /** Whether there is still somebody to answer. */
  boolean open() {
    return !request.response().closed() && !request.response().ended();
  }

  /**
   * The request's body.
   *
   * @return fails with {@link BadInputException} when it has more than {@code limit} bytes
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
