package dev.imsbridge.cli.common;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imsbridge.config.Keys;
import dev.imsbridge.history.SearchHint;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.types.Password;

/**
 * Sends GET requests to the HTTP API of a running bridge. One deadline covers connection, headers
 * and body, and the body has a size limit: another program may listen at the address. Immutable and
 * thread-safe.
 */
public final class BridgeApi {
  private static final int MAX_BYTES = 32 << 20;
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final Duration HINT_DEADLINE = Duration.ofSeconds(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
  private final String url;
  private final Password token;

  /** The status and the body of a response. */
  record Answer(int status, byte[] body) {}

  /**
   * @param url such as {@code http://127.0.0.1:8080}
   * @param token null if the bridge requires none
   * @throws CommandFailure if the URL is invalid
   */
  BridgeApi(String url, Password token) {
    this.url = url.replaceAll("/+$", "");
    this.token = token;
    if (!valid(this.url)) {
      throw CommandFailure.usage(
          "--url: '%s' is not a URL such as http://127.0.0.1:8080".formatted(SafeText.line(url)));
    }
  }

  private static boolean valid(String url) {
    try {
      URI uri = URI.create(url);
      return uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Returns the JSON object at a path.
   *
   * @throws CommandFailure if the bridge does not answer within 10 s, rejects the query, or does
   *     not return a JSON object
   */
  public JsonNode get(String path) throws InterruptedException {
    try {
      return object(send(path, DEADLINE, MAX_BYTES));
    } catch (HttpTimeoutException e) {
      throw CommandFailure.fault(
          "the bridge at %s did not answer completely within %s s"
              .formatted(url, DEADLINE.toSeconds()),
          e);
    } catch (IOException e) {
      throw CommandFailure.fault(
          "no bridge answers at %s: start `imsbridge run`, or give its address with --url"
              .formatted(url),
          e);
    }
  }

  private JsonNode object(Answer answer) {
    JsonNode json = json(answer.body());
    if (answer.status() == 200 && json.isObject()) {
      return json;
    }
    String detail = json.path("detail").asText();
    if (answer.status() == 400 && !detail.isEmpty()) {
      throw CommandFailure.usage(
          "the bridge at %s rejects the query: %s".formatted(url, SafeText.line(detail)));
    }
    throw CommandFailure.fault(
        answer.status() == 401
            ? "the bridge at %s requires a token: set %s".formatted(url, Keys.HTTP_TOKEN)
            : detail.isEmpty()
                ? "the server at %s (status %s) is not a bridge: give its address with --url"
                    .formatted(url, answer.status())
                : "the bridge at %s answers %s: %s"
                    .formatted(url, answer.status(), SafeText.line(detail)),
        null);
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  /**
   * Returns the offsets of a job's events; empty if the bridge does not answer within 2 s, or if
   * the answer is not a hint.
   *
   * @param jobId a valid id; it is put into a URL path unescaped
   */
  public Optional<SearchHint> hint(String jobId) throws InterruptedException {
    return body(jobId).flatMap(SearchHint::read);
  }

  /**
   * Returns a job with its forecast; a missing node if the bridge does not answer within 2 s, or
   * does not know the job.
   *
   * @param jobId a valid id; it is put into a URL path unescaped
   */
  public JsonNode job(String jobId) throws InterruptedException {
    return body(jobId).map(BridgeApi::json).orElseGet(JSON::missingNode);
  }

  private Optional<byte[]> body(String jobId) throws InterruptedException {
    try {
      Answer answer = send("/api/v1/jobs/" + jobId, HINT_DEADLINE, MAX_BYTES);
      return answer.status() == 200 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the complete response.
   *
   * @throws HttpTimeoutException if the response is not complete within the deadline
   * @throws IOException if there is no response, or it exceeds the size limit
   */
  Answer send(String path, Duration deadline, int maxBytes)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).header("Accept", "application/json");
    if (token != null) {
      request.header("Authorization", "Bearer " + token.value());
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    // An exception that the body consumer throws cancels the request.
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(
            request.build(),
            BodyHandlers.ofByteArrayConsumer(
                part -> {
                  body.writeBytes(part.orElse(new byte[0]));
                  if (body.size() > maxBytes) {
                    throw new IllegalStateException(
                        "the answer exceeds %s bytes".formatted(maxBytes));
                  }
                }));
    try {
      // The timeout of an HttpRequest covers only the headers.
      HttpResponse<Void> response = answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response.statusCode(), body.toByteArray());
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no complete answer within " + deadline);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof HttpTimeoutException
          ? new IOException("cannot connect", e.getCause())
          : e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      answer.cancel(true);
    }
  }
}
