package dev.imsbridge.ims;

import dev.imsbridge.ims.Exchanged.NoReply;
import dev.imsbridge.ims.Exchanged.Reply;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@link Call} in progress. Reads the answer within the size limits and timeouts, and reports
 * one result, or a second one if the callback throws. Runs on one event loop, so its state is not
 * shared among threads.
 */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  /** The bytes kept of a body that exceeds its limit, for diagnosis. */
  static final int SAMPLE_BYTES = 16 << 10;

  private final Vertx vertx;
  private final ClientSettings settings;
  private final PingCheck pings;
  private final Consumer<Exchanged> resultHandler;
  private final Buffer body = Buffer.buffer();
  private final long deadline;
  private HttpClientRequest request;
  private long timer;
  private boolean headersReceived;

  /** When the connection was ready or the last bytes arrived, in nanoTime. */
  private long progressAt;

  private boolean finished;

  /**
   * @param resultHandler receives the result on an event loop; if it throws on a reply, it is
   *     called a second time with a {@link Exchanged.NoReply}
   */
  Exchange(
      Vertx vertx, ClientSettings settings, PingCheck pings, Consumer<Exchanged> resultHandler) {
    this.vertx = vertx;
    this.settings = settings;
    this.pings = pings;
    this.resultHandler = resultHandler;
    deadline = System.nanoTime() + settings.timeouts().total().toNanos();
  }

  /**
   * Sends the request.
   *
   * @param requestBody null for none
   */
  void start(HttpClient client, RequestOptions options, byte[] requestBody) {
    vertx.getOrCreateContext().runOnContext(loop -> send(client, options, requestBody));
  }

  private void send(HttpClient client, RequestOptions options, byte[] requestBody) {
    checkTimeouts();
    try {
      client
          .request(options)
          .onSuccess(opened -> opened(opened, requestBody))
          .onFailure(failure -> fail(TransportFailure.unconnected(failure)));
    } catch (IllegalStateException e) {
      fail(FaultKind.TRANSIENT, "the client is closed");
    }
  }

  // The HTTP client would apply the read timeout only until the headers arrive, with a timer of its
  // own. This timer covers both timeouts. A normal answer is complete before the timer fires.
  private void checkTimeouts() {
    long now = System.nanoTime();
    long read = settings.timeouts().read().toNanos();
    long totalLeft = deadline - now;
    long readLeft = request == null ? read : progressAt + read - now;
    if (totalLeft <= 0) {
      fail(FaultKind.TRANSIENT, "no complete answer within the total timeout");
    } else if (readLeft <= 0) {
      fail(
          FaultKind.TRANSIENT,
          headersReceived
              ? "answer incomplete: no further bytes within the read timeout"
              : "no answer within the read timeout");
    } else {
      long millis = TimeUnit.NANOSECONDS.toMillis(Math.min(totalLeft, readLeft)) + 1;
      timer = vertx.setTimer(millis, fired -> checkTimeouts());
    }
  }

  private void opened(HttpClientRequest opened, byte[] requestBody) {
    if (finished) {
      opened.reset();
      return;
    }
    request = opened;
    progressAt = System.nanoTime();
    (requestBody == null ? opened.send() : opened.send(Buffer.buffer(requestBody)))
        .onSuccess(this::answered)
        .onFailure(failure -> fail(TransportFailure.describe(failure)));
  }

  private void answered(HttpClientResponse response) {
    if (finished) {
      return;
    }
    response.exceptionHandler(failure -> fail(TransportFailure.describe(failure)));
    response.handler(part -> read(response, part));
    response.endHandler(end -> ended(response));
    headersReceived = true;
    progressAt = System.nanoTime();
  }

  private void read(HttpClientResponse response, Buffer part) {
    if (finished) {
      return;
    }
    progressAt = System.nanoTime();
    body.appendBuffer(part);
    if (body.length() > settings.bounds().body()) {
      finish(truncated(response, body.getBytes(0, SAMPLE_BYTES)));
      request.reset();
    }
  }

  private void ended(HttpClientResponse response) {
    if (!finished) {
      finish(decoded(response, body.getBytes()));
    }
  }

  // Decompress here because the HTTP client has no limit for the decompressed size.
  private Reply decoded(HttpClientResponse response, byte[] bytes) {
    String encoding = response.getHeader("Content-Encoding");
    if (encoding == null || encoding.equalsIgnoreCase("identity") || bytes.length == 0) {
      return new Reply(response.statusCode(), response.headers(), bytes, null);
    }
    if (!encoding.toLowerCase(Locale.ROOT).matches("(x-)?gzip")) {
      return new Reply(
          response.statusCode(), response.headers(), bytes, "unsupported Content-Encoding");
    }
    int bound = settings.bounds().body();
    try (GZIPInputStream inflated = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      byte[] plain = inflated.readNBytes(bound + 1);
      return plain.length > bound
          ? truncated(response, plain)
          : new Reply(response.statusCode(), response.headers(), plain, null);
    } catch (IOException e) {
      return new Reply(response.statusCode(), response.headers(), bytes, "invalid gzip data");
    }
  }

  private Reply truncated(HttpClientResponse response, byte[] bytes) {
    return new Reply(
        response.statusCode(),
        response.headers(),
        Arrays.copyOf(bytes, Math.min(bytes.length, SAMPLE_BYTES)),
        "body exceeds " + settings.bounds().body() + " bytes (ims.response.max.bytes)");
  }

  private void fail(FaultKind kind, String detail) {
    fail(new NoReply(kind, detail));
  }

  private void fail(NoReply noReply) {
    if (finished) {
      return;
    }
    finish(noReply);
    if (request != null) {
      request.reset();
      if (request.version() == HttpVersion.HTTP_2) {
        pings.check(request.connection());
      }
    }
  }

  private void finish(Exchanged exchanged) {
    finished = true;
    vertx.cancelTimer(timer);
    try {
      resultHandler.accept(exchanged);
    } catch (RuntimeException e) {
      if (!(exchanged instanceof Reply)) {
        throw e;
      }
      // Always report a result. Otherwise the call keeps its budget slot, or a credential renewal
      // blocks the project.
      LOG.error("the handler of an IMS answer threw an exception", e);
      resultHandler.accept(
          new NoReply(FaultKind.MALFORMED, "unreadable: " + e.getClass().getSimpleName()));
    }
  }
}
