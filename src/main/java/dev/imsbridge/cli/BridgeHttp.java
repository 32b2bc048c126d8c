package dev.imsbridge.cli;

import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.types.Password;

/**
 * Sends GET requests to a running bridge. One deadline covers connection, headers and body, and the
 * body has a size limit: another program may listen at the address. Immutable and thread-safe.
 */
final class BridgeHttp {
  private final String url;
  private final Password token;
  private final HttpClient client;
  private final Bounds bounds;

  /**
   * @param connect the connect timeout
   * @param answer the deadline for the whole response
   * @param bytes the maximum size of a body
   */
  record Bounds(Duration connect, Duration answer, int bytes) {}

  record Answer(int status, byte[] body) {}

  /**
   * @param url the bridge's URL, such as {@code http://127.0.0.1:8080}
   * @param token null if the bridge requires none
   * @throws CommandFailure if the URL is invalid
   */
  BridgeHttp(String url, Password token, Bounds bounds) {
    this.url = checked(url);
    this.token = token;
    this.bounds = bounds;
    this.client = HttpClient.newBuilder().connectTimeout(bounds.connect()).build();
  }

  private static String checked(String url) {
    String address = url.replaceAll("/+$", "");
    try {
      URI uri = URI.create(address);
      if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?")) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw refused(url);
    }
    throw refused(url);
  }

  private static CommandFailure refused(String url) {
    return CommandFailure.usage(
        "--url: '%s' is not a URL such as http://127.0.0.1:8080".formatted(SafeText.line(url)));
  }

  String url() {
    return url;
  }

  /**
   * Returns the complete response.
   *
   * @throws HttpTimeoutException if the response is not complete within the deadline
   * @throws IOException if there is no response, or it exceeds the size limit
   */
  Answer get(String path) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).header("Accept", "application/json");
    if (token != null) {
      request.header("Authorization", "Bearer " + token.value());
    }
    // The timeout of an HttpRequest covers only the headers.
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request.build(), head -> new Bounded(bounds.bytes()));
    try {
      HttpResponse<byte[]> response = answer.get(bounds.answer().toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response.statusCode(), response.body());
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no complete answer within " + bounds.answer());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  /** Collects a body up to a size limit. Called by one thread at a time. */
  private static final class Bounded implements BodySubscriber<byte[]> {
    private final BodySubscriber<byte[]> whole = HttpResponse.BodySubscribers.ofByteArray();
    private final int most;
    private Flow.Subscription subscription;
    private long bytes;

    Bounded(int most) {
      this.most = most;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return whole.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      whole.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      bytes += parts.stream().mapToLong(ByteBuffer::remaining).sum();
      if (bytes > most) {
        subscription.cancel();
        whole.onError(new IOException("an answer of more than %s bytes".formatted(most)));
      } else {
        whole.onNext(parts);
      }
    }

    @Override
    public void onError(Throwable failure) {
      whole.onError(failure);
    }

    @Override
    public void onComplete() {
      whole.onComplete();
    }
  }
}
