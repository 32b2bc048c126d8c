package dev.imsbridge.web;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.ReadStream;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BiConsumer;

/**
 * Reads bodies up to a limit, those of requests and those of other instances' answers. The content
 * type of a request is ignored, as on the topic. The body handler of Vert.x decodes forms first,
 * with other limits.
 */
final class Bodies {
  /** A body that is longer than its limit. */
  static final class TooLongException extends Exception {
    private static final long serialVersionUID = 1L;

    TooLongException(int most) {
      super("a body of more than " + most + " bytes", null, false, false);
    }
  }

  private Bodies() {}

  /** The whole body. Fails with a {@link TooLongException} as soon as it exceeds the limit. */
  static Future<Buffer> read(ReadStream<Buffer> stream, int most) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    stream.exceptionHandler(whole::tryFail);
    stream.endHandler(end -> whole.tryComplete(body));
    stream.handler(
        part -> {
          if (body.length() + part.length() > most) {
            whole.tryFail(new TooLongException(most));
          } else if (!whole.future().isComplete()) {
            body.appendBuffer(part);
          }
        });
    return whole.future();
  }

  /**
   * A handler that needs the body of a request. A body that is too long is refused with 413, a
   * compressed one with 415.
   *
   * @param most a multiple of 1,024
   */
  static Handler<RoutingContext> of(int most, BiConsumer<RoutingContext, byte[]> handler) {
    return routing -> {
      HttpServerRequest request = routing.request();
      String encoding = request.getHeader(HttpHeaderNames.CONTENT_ENCODING);
      if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
        Problems.unsupported(routing.response(), "a body is taken without gzip or the like only");
      } else if (declared(request) > most) {
        tooLong(routing, most);
      } else {
        if (request.headers().contains(HttpHeaderNames.EXPECT, HttpHeaderValues.CONTINUE, true)) {
          routing.response().writeContinue();
        }
        read(request, most)
            .onSuccess(body -> handler.accept(routing, body.getBytes()))
            .onFailure(
                failure -> {
                  if (failure instanceof TooLongException) {
                    tooLong(routing, most);
                  } else {
                    routing.fail(failure);
                  }
                });
      }
    };
  }

  private static long declared(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaderNames.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static void tooLong(RoutingContext routing, int most) {
    Problems.tooLarge(routing.response(), "a request has at most %s KiB".formatted(most / 1024));
  }
}
