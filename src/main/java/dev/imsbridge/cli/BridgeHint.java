package dev.imsbridge.cli;

import dev.imsbridge.history.SearchHint;
import dev.imsbridge.terminal.CommandFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.types.Password;

/**
 * Asks a running bridge for the offsets of a job's events. Returns empty if the bridge does not
 * answer within 2 s, or if the answer is not a hint.
 */
final class BridgeHint {
  private static final BridgeHttp.Bounds BOUNDS =
      new BridgeHttp.Bounds(Duration.ofMillis(500), Duration.ofSeconds(2), 16 << 20);

  private final BridgeHttp http;

  /**
   * @param url the bridge's URL, such as {@code http://127.0.0.1:8080}
   * @param token null if the bridge requires none
   * @throws CommandFailure if the URL is invalid
   */
  BridgeHint(String url, Password token) {
    http = new BridgeHttp(url, token, BOUNDS);
  }

  /**
   * @param jobId a valid id; it is put into a URL path unescaped
   */
  Optional<SearchHint> of(String jobId) throws InterruptedException {
    try {
      BridgeHttp.Answer answer = http.get("/api/v1/jobs/" + jobId);
      return answer.status() == 200 ? SearchHint.read(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
