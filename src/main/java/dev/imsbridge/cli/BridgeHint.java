package dev.imsbridge.cli;

import dev.imsbridge.history.Hint;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.types.Password;

/**
 * Asks a running bridge where the events of a job stand. One that does not answer within moments,
 * or not with that, is done without.
 */
final class BridgeHint {
  private static final Duration CONNECT = Duration.ofMillis(500);
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final int MOST_BYTES = 16 << 20;

  private final URI bridge;
  private final Password token;

  /**
   * @param url the bridge's, such as {@code http://127.0.0.1:8080}
   * @param token null when it wants none
   * @throws CommandFailure when the URL makes no sense
   */
  BridgeHint(String url, Password token) {
    this.token = token;
    try {
      bridge = URI.create(url.replaceAll("/+$", ""));
    } catch (IllegalArgumentException e) {
      throw refused(url);
    }
    if (bridge.getHost() == null || !String.valueOf(bridge.getScheme()).matches("https?")) {
      throw refused(url);
    }
  }

  private static CommandFailure refused(String url) {
    return CommandFailure.usage(
        "--url: '%s' is not a URL such as http://127.0.0.1:8080".formatted(Screen.line(url)));
  }

  /**
   * @param jobId valid, so that it can go into a path
   */
  Optional<Hint> of(String jobId) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(bridge + "/api/v1/jobs/" + jobId))
            .header("Accept", "application/json");
    if (token != null) {
      request.header("Authorization", "Bearer " + token.value());
    }
    HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    CompletableFuture<Optional<Hint>> hint =
        client
            .sendAsync(request.build(), BodyHandlers.ofInputStream())
            .thenApplyAsync(BridgeHint::read);
    try {
      // The whole answer is awaited, not only its beginning.
      return hint.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      hint.cancel(true);
      return Optional.empty();
    }
  }

  private static Optional<Hint> read(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      return response.statusCode() == 200
          ? Hint.read(body.readNBytes(MOST_BYTES))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
