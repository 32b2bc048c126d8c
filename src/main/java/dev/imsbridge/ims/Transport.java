package dev.imsbridge.ims;

import dev.imsbridge.ims.Exchanged.NoReply;
import dev.imsbridge.ims.Exchanged.Reply;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.util.List;
import java.util.function.Consumer;

/**
 * Sends calls over pooled connections: HTTP/2 if it is negotiated with TLS, otherwise HTTP/1.1 with
 * keep-alive. Verifies certificates and host names. Never follows redirects. Thread-safe.
 */
final class Transport implements AutoCloseable {
  /**
   * Shorter than the idle timeout of servers, so that a call does not use a connection that the
   * server is closing.
   */
  private static final int IDLE_SECONDS = 30;

  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence GZIP = HttpHeaders.createOptimized("gzip");
  private static final CharSequence AGENT = HttpHeaders.createOptimized("imsbridge");

  private final Vertx vertx;
  private final ClientSettings settings;
  private final PingCheck pings;
  private final HttpClient tls;
  private final HttpClient plain;
  private final Mask proxyMask;

  Transport(Vertx vertx, ClientSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
    pings = new PingCheck(vertx, settings.timeouts().connect());
    tls = client(tlsOptions());
    plain = client(options());
    proxyMask = Mask.over(settings.proxy() == null ? List.of() : settings.proxy().secrets());
  }

  /**
   * Sends a call.
   *
   * @param resultHandler receives the result on an event loop, or before this method returns if the
   *     call is not valid HTTP; if it throws on a reply, it is called a second time with a {@link
   *     NoReply}
   */
  void send(Call call, Consumer<Exchanged> resultHandler) {
    RequestOptions options;
    try {
      options = request(call);
    } catch (IllegalArgumentException e) {
      resultHandler.accept(new NoReply(FaultKind.REJECTED, "the call is not a valid HTTP request"));
      return;
    }
    HttpClient client = call.endpoint().tls() ? tls : plain;
    new Exchange(vertx, settings, pings, masked(options, resultHandler))
        .start(client, options, call.body());
  }

  /** A proxy receives its own credentials and may answer in place of the server. */
  private Consumer<Exchanged> masked(RequestOptions options, Consumer<Exchanged> resultHandler) {
    if (options.getProxyOptions() == null) {
      return resultHandler;
    }
    return exchanged ->
        resultHandler.accept(exchanged instanceof Reply reply ? proxyMask.apply(reply) : exchanged);
  }

  private RequestOptions request(Call call) {
    Endpoint endpoint = call.endpoint();
    RequestOptions options =
        new RequestOptions()
            .setMethod(call.method())
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .setSsl(endpoint.tls())
            .setURI(call.path())
            .setFollowRedirects(false)
            .setConnectTimeout(settings.timeouts().connect().toMillis())
            .putHeader(HttpHeaders.ACCEPT, JSON)
            .putHeader(HttpHeaders.ACCEPT_ENCODING, GZIP)
            .putHeader(HttpHeaders.USER_AGENT, AGENT);
    call.headers().forEach(options::putHeader);
    if (settings.proxy() != null && !call.direct()) {
      options.setProxyOptions(proxy(settings.proxy()));
    }
    return options;
  }

  @Override
  public void close() {
    tls.close();
    plain.close();
  }

  private HttpClient client(HttpClientOptions options) {
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(settings.connections())
            .setHttp2MaxSize(1)
            .setMaxWaitQueueSize(-1);
    return vertx
        .httpClientBuilder()
        .with(options)
        .with(pool)
        // Each call reports its own failure. Without this handler each one is also logged as an
        // error.
        .withConnectHandler(connection -> connection.exceptionHandler(failure -> {}))
        .build();
  }

  private HttpClientOptions options() {
    return new HttpClientOptions()
        .setProtocolVersion(HttpVersion.HTTP_1_1)
        .setKeepAlive(true)
        .setKeepAliveTimeout(IDLE_SECONDS)
        .setHttp2KeepAliveTimeout(IDLE_SECONDS)
        .setMaxRedirects(0)
        .setTcpNoDelay(true)
        .setConnectTimeout((int) settings.timeouts().connect().toMillis())
        .setMaxHeaderSize(settings.bounds().headers())
        .setInitialSettings(
            new Http2Settings()
                .setMaxHeaderListSize(settings.bounds().headers())
                .setPushEnabled(false));
  }

  private HttpClientOptions tlsOptions() {
    HttpClientOptions options =
        options()
            .setSsl(true)
            .setVerifyHost(true)
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setUseAlpn(true)
            .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1));
    if (settings.trustedCertificates() != null) {
      options.setTrustOptions(
          new PemTrustOptions().addCertPath(settings.trustedCertificates().toString()));
    }
    return options;
  }

  private static ProxyOptions proxy(ClientSettings.Proxy proxy) {
    ProxyOptions options =
        new ProxyOptions().setType(ProxyType.HTTP).setHost(proxy.host()).setPort(proxy.port());
    if (proxy.user() != null) {
      options.setUsername(proxy.user()).setPassword(proxy.password().reveal());
    }
    return options;
  }
}
