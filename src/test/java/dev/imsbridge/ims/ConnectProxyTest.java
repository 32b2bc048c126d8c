package dev.imsbridge.ims;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.Outcome.Answer;
import dev.imsbridge.ims.Outcome.Fault;
import dev.imsbridge.job.ProjectRef;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SelfSignedCertificate;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * HTTPS through a proxy that requires a password: which data the proxy and the server see, and
 * which certificates are trusted.
 */
class ConnectProxyTest {
  private static final String JOB = "ff8080814dbd65d7014dbe0d84db0013";
  private static final String TOKEN = "the-token-of-the-project";
  private static final String BASIC =
      Base64.getEncoder().encodeToString("user:proxy-password".getBytes(UTF_8));
  private static final String ASKED = "HTTP/1.1 407 Proxy Authentication Required\r\n";

  private final Vertx vertx = Vertx.vertx();
  private final SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
  private final List<String> seenByProxy = new CopyOnWriteArrayList<>();
  private final List<String> tunnels = new CopyOnWriteArrayList<>();
  private final List<String> seenByIms = new CopyOnWriteArrayList<>();
  private HttpServer ims;
  private NetServer proxy;
  private NetClient onward;

  @BeforeEach
  void start() throws Exception {
    ims =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(certificate.keyCertOptions()))
            .requestHandler(
                request -> {
                  seenByIms.add(request.version() + " " + request.uri() + " " + request.headers());
                  request.response().end("{\"job_id\":\"" + JOB + "\",\"status\":\"RUNNING\"}");
                });
    ims.listen(0, "localhost").toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    onward = vertx.createNetClient();
    proxy = vertx.createNetServer().connectHandler(this::serve);
    proxy
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    certificate.delete();
  }

  private void serve(NetSocket socket) {
    Buffer head = Buffer.buffer();
    socket.handler(
        part -> {
          head.appendBuffer(part);
          if (head.toString().endsWith("\r\n\r\n")) {
            tunnel(socket, head.toString());
          }
        });
  }

  private void tunnel(NetSocket socket, String head) {
    seenByProxy.add(head);
    String target = head.split(" ", 3)[1];
    if (!head.startsWith("CONNECT ") || !head.contains("Basic " + BASIC + "\r\n")) {
      socket.write(ASKED + "Proxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    tunnels.add(target);
    socket.pause();
    onward
        .connect(Integer.parseInt(target.substring(target.indexOf(':') + 1)), "localhost")
        .onFailure(failure -> socket.write("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"))
        .onSuccess(
            peer -> {
              peer.handler(socket::write).closeHandler(closed -> socket.close());
              socket.handler(
                  bytes -> {
                    seenByProxy.add(bytes.toString("ISO-8859-1"));
                    peer.write(bytes);
                  });
              socket.closeHandler(closed -> peer.close());
              socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
              socket.resume();
            });
  }

  private ImsClient client(String password, boolean trusting) {
    ClientSettings settings =
        new ClientSettings(
            PathTemplate.DEFAULT,
            ClientSettings.Timeouts.DEFAULTS,
            ClientSettings.Bounds.DEFAULTS,
            64,
            new ClientSettings.Proxy("127.0.0.1", proxy.actualPort(), "user", Secret.of(password)),
            trusting ? Path.of(certificate.certificatePath()) : null);
    return new ImsClient(vertx, settings, InstantSource.system());
  }

  private Outcome ask(ImsClient client, String host) throws Exception {
    return ask(client, host, ims.actualPort());
  }

  private static Outcome ask(ImsClient client, String host, int port) throws Exception {
    Project project =
        new Project(
            "test",
            new ProjectRef("here-1", "p1"),
            Endpoint.of("https://" + host + ":" + port),
            new Credentials.Token(Secret.of(TOKEN)),
            new BudgetSettings(100, 100, 10));
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    client.get(project, JOB, outcome::complete);
    return outcome.get(40, TimeUnit.SECONDS);
  }

  @Test
  void shouldAskThroughATunnelInWhichNobodyReads() throws Exception {
    try (ImsClient client = client("proxy-password", true)) {
      for (int i = 0; i < 3; i++) {
        assertThat(ask(client, "localhost")).isInstanceOf(Answer.class);
      }
    }
    assertThat(tunnels).as("one for all").containsExactly("localhost:" + ims.actualPort());
    assertThat(String.join("", seenByProxy)).contains(BASIC).doesNotContain(TOKEN, JOB);
    assertThat(seenByIms)
        .hasSize(3)
        .allSatisfy(
            seen ->
                assertThat(seen)
                    .startsWith(HttpVersion.HTTP_2 + " /v1/p1/jobs/" + JOB)
                    .contains(TOKEN)
                    .doesNotContainIgnoringCase("proxy")
                    .doesNotContain(BASIC));
  }

  @Test
  void shouldTrustAServerBehindAProxyNoMoreThanAnyOther() throws Exception {
    try (ImsClient client = client("proxy-password", false)) {
      assertThat(((Fault) ask(client, "localhost")).detail())
          .startsWith("TLS failed")
          .contains("certification path");
    }
    try (ImsClient client = client("proxy-password", true)) {
      assertThat(((Fault) ask(client, "127.0.0.1")).detail())
          .startsWith("TLS failed")
          .contains("subject alternative names");
    }
    assertThat(tunnels).hasSize(2);
    assertThat(seenByIms).isEmpty();
  }

  @Test
  void shouldSayWhenItIsTheProxyThatRefuses() throws Exception {
    try (ImsClient client = client("another-password", true)) {
      Fault fault = (Fault) ask(client, "localhost");
      assertThat(fault.kind()).isEqualTo(FaultKind.REJECTED);
      assertThat(fault.detail()).isEqualTo(TransportFailure.PROXY_AUTHENTICATION);
    }
    try (ImsClient client = client("proxy-password", true)) {
      Fault fault = (Fault) ask(client, "localhost", 1);
      assertThat(fault.kind()).isEqualTo(FaultKind.TRANSIENT);
      assertThat(fault.detail()).isEqualTo("the proxy refused the connection (status: 502)");
    }
    assertThat(seenByIms).isEmpty();
  }
}
