package dev.imsbridge.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Asks other instances of the same bridge what they keep. They answer for themselves only, so a
 * question makes one hop. Thread-safe.
 */
final class Peers {
  private static final int CONNECTIONS = 16;
  private static final int WAITING = 256;
  private static final int CONNECT_MILLIS = 1_000;
  private static final int ANSWER_MILLIS = 3_000;

  /**
   * An answer.
   *
   * @param partitions what the other one looked at, when it says so; else ""
   */
  record Reply(int status, String partitions, Buffer body) {}

  private final HttpClient client;
  private final HttpAccess access;

  Peers(Vertx vertx, HttpAccess access) {
    this.access = access;
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setKeepAlive(true),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(WAITING));
  }

  /** Fails when the other one does not answer soon. */
  Future<Reply> get(HostInfo host, String path, Map<String, String> query) {
    StringBuilder uri = new StringBuilder(path);
    char separator = '?';
    for (Map.Entry<String, String> each : query.entrySet()) {
      uri.append(separator)
          .append(each.getKey())
          .append('=')
          .append(URLEncoder.encode(each.getValue(), UTF_8));
      separator = '&';
    }
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(host.host())
            .setPort(host.port())
            .setURI(uri.toString())
            .setIdleTimeout(ANSWER_MILLIS)
            .setTimeout(ANSWER_MILLIS);
    access.authorization().ifPresent(shown -> options.putHeader("authorization", shown));
    return client
        .request(options)
        .compose(HttpClientRequest::send)
        .compose(
            response ->
                response
                    .body()
                    .map(
                        body ->
                            new Reply(
                                response.statusCode(),
                                String.valueOf(response.getHeader(InternalApi.PARTITIONS)),
                                body)))
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
  }
}
