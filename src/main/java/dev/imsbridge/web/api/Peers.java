package dev.imsbridge.web.api;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.imsbridge.web.http.Bodies;
import dev.imsbridge.web.http.HttpAccess;
import io.netty.handler.codec.http.QueryStringEncoder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Queries other instances of the same bridge. Instances answer from their own state only and do not
 * forward queries. One deadline covers headers and body, and each has a size limit. Thread-safe.
 */
public final class Peers {
  private static final int CONNECTIONS = 16;
  private static final int WAITING = 256;
  private static final int CONNECT_MILLIS = 1_000;
  private static final int ANSWER_MILLIS = 3_000;

  /** Large enough for a header that lists 10,000 partitions. */
  private static final int MAX_HEADER_BYTES = 128 << 10;

  private static final int MAX_BODY_BYTES = 32 << 20;

  /**
   * A response.
   *
   * @param partitions the {@link InternalPaths#PARTITIONS} header; {@code "null"} if it is missing
   */
  public record Reply(int status, String partitions, Buffer body) {}

  private final HttpClient client;
  private final HttpAccess access;

  public Peers(Vertx vertx, HttpAccess access) {
    this.access = access;
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setKeepAlive(true),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(WAITING));
  }

  /** Sends a GET. Fails also if the response is not 200 or its JSON has another form. */
  <T> Future<T> get(HostInfo host, String path, Map<String, String> query, TypeReference<T> type) {
    return get(host, path, query)
        .compose(
            reply ->
                reply.status() == 200
                    ? Future.succeededFuture(ApiJson.read(reply.body(), type))
                    : Future.failedFuture("status " + reply.status()));
  }

  /** Sends the same GET to several instances. */
  <T> List<Future<T>> get(
      Collection<HostInfo> hosts, String path, Map<String, String> query, TypeReference<T> type) {
    return hosts.stream().map(host -> get(host, path, query, type)).toList();
  }

  /** Waits for all futures and returns the results of those that did not fail. */
  static <T> Future<List<T>> results(List<Future<T>> all) {
    return Future.join(all)
        .otherwiseEmpty()
        .map(done -> all.stream().filter(Future::succeeded).map(Future::result).toList());
  }

  /** Sends a GET. Fails if the complete response does not arrive within 3 s. */
  public Future<Reply> get(HostInfo host, String path, Map<String, String> query) {
    QueryStringEncoder uri = new QueryStringEncoder(path);
    query.forEach(uri::addParam);
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(host.host())
            .setPort(host.port())
            .setURI(uri.toString())
            .setIdleTimeout(ANSWER_MILLIS)
            .setTimeout(ANSWER_MILLIS);
    String signature = access.signature().sign(host.host() + ":" + host.port(), options.getURI());
    if (signature != null) {
      options.putHeader("authorization", signature);
    }
    return client
        .request(options)
        .compose(request -> reply(request).onFailure(failure -> request.reset()))
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Future<Reply> reply(HttpClientRequest request) {
    return request
        .send()
        .compose(
            response ->
                Bodies.read(response, MAX_BODY_BYTES)
                    .map(
                        body ->
                            new Reply(
                                response.statusCode(),
                                String.valueOf(response.getHeader(InternalPaths.PARTITIONS)),
                                body)))
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
  }
}
