package dev.imsbridge.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Enlarges a JSON object to a given size by one more field, in constant memory. */
final class PaddedBody {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final byte[] OPENING = ",\"padding\":\"".getBytes(US_ASCII);
  private static final byte[] CLOSING = "\"}".getBytes(US_ASCII);

  private PaddedBody() {}

  /** Sends the enlarged body chunked, without a content length, as fast as the client reads. */
  static void send(SimulatorExchange exchange, SimulatorResponse answer, long bytes) {
    HttpServerResponse response = exchange.begin(answer);
    response.setChunked(true);
    response.exceptionHandler(gone -> {});
    response.write(opened(answer.body()));
    new Sending(response, filler(), bytes).go();
  }

  /** Returns the enlarged body as gzip, with about a thousandth of the size. */
  static Buffer zipped(Buffer body, long bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] filler = filler().getBytes();
    try (OutputStream zip = new GZIPOutputStream(out, CHUNK_BYTES)) {
      zip.write(opened(body).getBytes());
      for (long left = bytes; left > 0; left -= filler.length) {
        zip.write(filler, 0, (int) Math.min(left, filler.length));
      }
      zip.write(CLOSING);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Buffer.buffer(out.toByteArray());
  }

  private static Buffer opened(Buffer body) {
    return Buffer.buffer().appendBuffer(body.slice(0, body.length() - 1)).appendBytes(OPENING);
  }

  private static Buffer filler() {
    byte[] filler = new byte[CHUNK_BYTES];
    Arrays.fill(filler, (byte) 'x');
    return Buffer.buffer(filler);
  }

  /** A body that is being sent. Confined to the event loop of its response. */
  private static final class Sending {
    private final HttpServerResponse response;
    private final Buffer chunk;
    private long left;

    Sending(HttpServerResponse response, Buffer chunk, long left) {
      this.response = response;
      this.chunk = chunk;
      this.left = left;
    }

    void go() {
      while (left > 0) {
        if (response.closed()) {
          return;
        }
        if (response.writeQueueFull()) {
          response.drainHandler(drained -> go());
          return;
        }
        int length = (int) Math.min(left, chunk.length());
        response.write(chunk.slice(0, length));
        left -= length;
      }
      response.end(Buffer.buffer(CLOSING));
    }
  }
}
