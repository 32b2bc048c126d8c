package dev.imsbridge.web.http;

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
 * Reads the bodies of requests, and of responses from other instances, up to a size limit.
 *
 * <p>The content type of a request is ignored, as it is on the requests topic. Vert.x's own body
 * handler is not used: it decodes forms before the handler runs and applies other limits.
 */
public final class Bodies {
  /** The body is longer than its limit. */
  public static final class TooLongException extends Exception {
    private static final long serialVersionUID = 1L;

    TooLongException(int max) {
      super("the body exceeds " + max + " bytes", null, false, false);
    }
  }

  private Bodies() {}

  /**
   * Reads the whole body. Fails with a {@link TooLongException} as soon as the body exceeds the
   * limit.
   *
   * @param max the limit in bytes
   */
  public static Future<Buffer> read(ReadStream<Buffer> stream, int max) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    stream.exceptionHandler(whole::tryFail);
    stream.endHandler(end -> whole.tryComplete(body));
    stream.handler(
        part -> {
          if (body.length() + part.length() > max) {
            whole.tryFail(new TooLongException(max));
          } else if (!whole.future().isComplete()) {
            body.appendBuffer(part);
          }
        });
    return whole.future();
  }

  /**
   * Returns a handler that receives the body of a request. It responds with 413 to a body that is
   * too long and with 415 to a compressed one.
   *
   * @param max the limit in bytes, a multiple of 1,024
   */
  public static Handler<RoutingContext> of(int max, BiConsumer<RoutingContext, byte[]> handler) {
    return routing -> {
      HttpServerRequest request = routing.request();
      String encoding = request.getHeader(HttpHeaderNames.CONTENT_ENCODING);
      if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
        Problems.unsupported(routing.response(), "compressed bodies are not supported");
      } else if (declaredLength(request) > max) {
        tooLong(routing, max);
      } else {
        if (request.headers().contains(HttpHeaderNames.EXPECT, HttpHeaderValues.CONTINUE, true)) {
          routing.response().writeContinue();
        }
        read(request, max)
            .onSuccess(body -> handler.accept(routing, body.getBytes()))
            .onFailure(
                failure -> {
                  if (failure instanceof TooLongException) {
                    tooLong(routing, max);
                  } else {
                    routing.fail(failure);
                  }
                });
      }
    };
  }

  private static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaderNames.CONTENT_LENGTH);
    return length == null ? 0 : Long.parseLong(length);
  }

  private static void tooLong(RoutingContext routing, int max) {
    Problems.tooLarge(routing.response(), "the body exceeds %s KiB".formatted(max / 1024));
  }
}
