package dev.imsbridge.ims;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.ClientSettings.Bounds;
import dev.imsbridge.ims.ClientSettings.Timeouts;
import dev.imsbridge.ims.Outcome.Answer;
import dev.imsbridge.ims.Outcome.Fault;
import dev.imsbridge.ims.Outcome.NotFound;
import dev.imsbridge.job.ProjectRef;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests the client on a real socket, against correct and faulty servers. */
class ImsClientTest {
  private static final String JOB = "ff8080814dbd65d7014dbe0d84db0013";
  private static final String BODY =
      "{\"job_id\":\"" + JOB + "\",\"status\":\"RUNNING\",\"entities\":{}}";
  private static final ClientSettings SETTINGS =
      settings(
          new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30)),
          4,
          null,
          null);
  private static final ClientSettings HURRIED =
      settings(
          new Timeouts(Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofMillis(900)),
          4,
          null,
          null);
  private static Vertx vertx;

  private static ClientSettings settings(
      Timeouts timeouts, int connections, ClientSettings.Proxy proxy, Path trusted) {
    return new ClientSettings(
        PathTemplate.DEFAULT, timeouts, new Bounds(64 << 10, 4 << 10), connections, proxy, trusted);
  }

  private ImsClient client;
  private HttpServer server;
  private NetServer rawServer;

  @BeforeAll
  static void startVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stopVertx() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    if (client != null) {
      client.close();
    }
    if (server != null) {
      server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
    if (rawServer != null) {
      rawServer.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void shouldGiveTheBodyVerbatimAndRead() throws Exception {
    AtomicReference<String> asked = new AtomicReference<>();
    serve(
        request -> {
          asked.set(request.method() + " " + request.uri() + " " + request.version());
          request.response().putHeader("X-Request-Id", "req-1").end(BODY);
        });

    Answer answer = (Answer) ask(JOB);

    assertThat(asked.get()).isEqualTo("GET /v1/p1/jobs/" + JOB + " HTTP_1_1");
    assertThat(answer.body()).isEqualTo(BODY.getBytes(UTF_8));
    assertThat(answer.job().status()).isEqualTo("RUNNING");
    assertThat(answer.response().requestId()).isEqualTo("req-1");
    assertThat(answer.response().latency()).isPositive();
  }

  @Test
  void shouldReuseItsConnection() throws Exception {
    Set<String> peers = ConcurrentHashMap.newKeySet();
    serve(
        request -> {
          peers.add(request.remoteAddress().toString());
          request.response().end(BODY);
        });

    for (int i = 0; i < 5; i++) {
      assertThat(ask(JOB)).isInstanceOf(Answer.class);
    }

    assertThat(peers).hasSize(1);
  }

  @Test
  void shouldReadGzip() throws Exception {
    Buffer body = gzip(BODY.getBytes(UTF_8));
    serve(request -> request.response().putHeader("Content-Encoding", "gzip").end(body));

    assertThat(((Answer) ask(JOB)).body()).isEqualTo(BODY.getBytes(UTF_8));
  }

  @Test
  void shouldNotInflateABombBeyondTheBound() throws Exception {
    Buffer bomb = gzip(new byte[50 << 20]);
    serve(request -> request.response().putHeader("Content-Encoding", "gzip").end(bomb));

    Fault fault = fault(JOB, FaultKind.MALFORMED);

    assertThat(fault.detail()).isEqualTo("body exceeds 65536 bytes (ims.response.max.bytes)");
    assertThat(fault.body()).hasSizeLessThanOrEqualTo(Exchange.SAMPLE_BYTES);
  }

  @Test
  void shouldCallBrokenGzipMalformed() throws Exception {
    serve(
        request ->
            request.response().putHeader("Content-Encoding", "gzip").end("this is not gzip"));

    assertThat(fault(JOB, FaultKind.MALFORMED).detail()).isEqualTo("invalid gzip data");
  }

  @Test
  void shouldStopReadingABodyOverTheBound() throws Exception {
    AtomicInteger written = new AtomicInteger();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    serve(
        request -> {
          request.connection().closeHandler(end -> closed.complete(null));
          HttpServerResponse response = request.response().setChunked(true);
          flood(response, Buffer.buffer(new byte[32 << 10]), written);
        });

    Fault fault = fault(JOB, FaultKind.MALFORMED);

    assertThat(fault.detail()).isEqualTo("body exceeds 65536 bytes (ims.response.max.bytes)");
    assertThat(fault.body()).hasSize(Exchange.SAMPLE_BYTES);
    closed.get(5, TimeUnit.SECONDS);
  }

  @Test
  void shouldNotFollowARedirect() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    serve(
        request -> {
          calls.incrementAndGet();
          request.response().setStatusCode(302).putHeader("Location", "/elsewhere").end();
        });

    assertThat(fault(JOB, FaultKind.REJECTED).response().status()).isEqualTo(302);
    assertThat(calls).hasValue(1);
  }

  @Test
  void shouldCallAnHtmlPageTransient() throws Exception {
    serve(
        request ->
            request
                .response()
                .setStatusCode(502)
                .putHeader("Content-Type", "text/html")
                .end("<html>The backend server is unreachable.</html>"));

    assertThat(fault(JOB, FaultKind.TRANSIENT).response().status()).isEqualTo(502);
  }

  @Test
  void shouldCallAnAnswerAboutAnotherJobMalformed() throws Exception {
    serve(request -> request.response().end(BODY.replace(JOB, "another")));

    Fault fault = fault(JOB, FaultKind.MALFORMED);

    assertThat(fault.detail()).contains("another job");
    assertThat(new String(fault.body(), UTF_8)).contains("\"another\"");
  }

  @Test
  void shouldTellAJobThatIsNotKnown() throws Exception {
    String body = "{\"error_code\":\"IMG.0021\",\"error_msg\":\"The job does not exist.\"}";
    serve(request -> request.response().setStatusCode(404).end(body));

    assertThat(ask(JOB)).isInstanceOf(NotFound.class);
  }

  @Test
  void shouldNotSendAnIdThatDoesNotBelongIntoAPath() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    serve(request -> calls.incrementAndGet());

    fault("../../v3/auth", FaultKind.REJECTED);

    assertThat(calls).hasValue(0);
  }

  @Test
  void shouldGiveUpOnAServerThatSaysNothing() throws Exception {
    serveRaw(HURRIED, socket -> {});

    assertThat(fault(JOB, FaultKind.TRANSIENT).detail()).contains("read timeout");
  }

  @Test
  void shouldGiveUpOnHeadersThatDrip() throws Exception {
    serveRaw(HURRIED, socket -> drip(socket, "HTTP/1.1 200 OK\r\nX-Slow: ", "x"));

    assertThat(fault(JOB, FaultKind.TRANSIENT).detail()).contains("timeout");
  }

  @Test
  void shouldGiveUpOnABodyThatDrips() throws Exception {
    serveRaw(
        HURRIED, socket -> drip(socket, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", " "));

    Fault fault = fault(JOB, FaultKind.TRANSIENT);

    assertThat(fault.detail()).contains("total timeout");
    assertThat(fault.response().latency())
        .isBetween(Duration.ofMillis(800), Duration.ofSeconds(15));
  }

  @Test
  void shouldGiveUpOnABodyThatStops() throws Exception {
    ClientSettings patientInAll =
        settings(
            new Timeouts(Duration.ofSeconds(2), Duration.ofMillis(300), Duration.ofMinutes(5)),
            4,
            null,
            null);
    serveRaw(
        patientInAll, socket -> socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"));

    Fault fault = fault(JOB, FaultKind.TRANSIENT);

    assertThat(fault.detail()).contains("read timeout");
    assertThat(fault.response().latency()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
  }

  @Test
  void shouldCallATruncatedBodyTransient() throws Exception {
    serveRaw(
        socket ->
            socket
                .write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"job_id\":")
                .onComplete(done -> socket.close()));

    assertThat(fault(JOB, FaultKind.TRANSIENT).detail()).contains("connection failed");
  }

  @Test
  void shouldCallAResetTransient() throws Exception {
    serveRaw(NetSocket::close);

    fault(JOB, FaultKind.TRANSIENT);
  }

  @Test
  void shouldCallAClosedPortTransient() throws Exception {
    serve(request -> {});
    // Use a separate port: the HTTP server reports that it is closed while its port still accepts
    // connections.
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }

    Fault fault = (Fault) ask(project("http://127.0.0.1:" + port, new Credentials.None()), JOB);

    assertThat(fault.kind()).isEqualTo(FaultKind.TRANSIENT);
    assertThat(fault.detail()).isEqualTo("cannot connect");
  }

  @Test
  void shouldCallAnUnknownHostTransient() throws Exception {
    serve(request -> {});

    Fault fault = (Fault) ask(project("http://nowhere.invalid", new Credentials.None()), JOB);

    assertThat(fault.kind()).isEqualTo(FaultKind.TRANSIENT);
  }

  @Test
  void shouldRefuseHeadersOverTheBound() throws Exception {
    serveRaw(
        socket ->
            socket.write(
                "HTTP/1.1 200 OK\r\nX-Long: "
                    + "x".repeat(8 << 10)
                    + "\r\n"
                    + "Content-Length: 0\r\n\r\n"));

    assertThat(fault(JOB, FaultKind.MALFORMED).detail()).isEqualTo("headers exceed the size limit");
  }

  @Test
  void shouldCallWhatIsNotHttpMalformed() throws Exception {
    serveRaw(socket -> socket.write("220 mail.example.org ESMTP\r\n\r\n"));

    assertThat(fault(JOB, FaultKind.MALFORMED).detail()).isEqualTo("not a valid HTTP answer");
  }

  @Test
  void shouldServeTheNextCallAfterEveryFault() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    serveRaw(
        HURRIED,
        socket ->
            socket.handler(
                request -> {
                  if (calls.incrementAndGet() == 1) {
                    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{");
                  } else {
                    socket.write(
                        "HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY);
                  }
                }));

    fault(JOB, FaultKind.TRANSIENT);

    assertThat(ask(JOB)).isInstanceOf(Answer.class);
  }

  @Test
  void shouldEndACallEvenWhenTheClientIsClosed() throws Exception {
    serveRaw(socket -> {});
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    client.get(project(), JOB, outcome::complete);

    client.close();

    assertThat(outcome.get(5, TimeUnit.SECONDS)).isInstanceOf(Fault.class);
    assertThat(ask(JOB)).isInstanceOf(Fault.class);
  }

  @Test
  void shouldSendAToken() throws Exception {
    AtomicReference<String> token = new AtomicReference<>();
    int port =
        serve(
            request -> {
              token.set(request.getHeader("X-Auth-Token"));
              request.response().end(BODY);
            });
    Credentials credentials = new Credentials.Token(Secret.of("gAAAA-token"));

    Outcome outcome = ask(project("http://127.0.0.1:" + port, credentials), JOB);

    assertThat(outcome).isInstanceOf(Answer.class);
    assertThat(token).hasValue("gAAAA-token");
  }

  @Test
  void shouldGoThroughAProxy() throws Exception {
    AtomicReference<String> asked = new AtomicReference<>();
    serveRaw(
        socket ->
            socket.handler(
                request -> {
                  asked.set(request.toString());
                  socket.write(
                      "HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY);
                }));
    client.close();
    client =
        new ImsClient(
            vertx,
            settings(
                SETTINGS.timeouts(),
                4,
                new ClientSettings.Proxy(
                    "127.0.0.1", rawServer.actualPort(), "user", Secret.of("proxy-password")),
                null),
            InstantSource.system());

    Outcome outcome = ask(project("http://ims.invalid", new Credentials.None()), JOB);

    assertThat(outcome).isInstanceOf(Answer.class);
    assertThat(asked.get())
        .startsWith("GET http://ims.invalid/v1/p1/jobs/" + JOB + " HTTP/1.1")
        .containsIgnoringCase("Proxy-Authorization: Basic ")
        .containsIgnoringCase("Host: ims.invalid");
  }

  @Test
  void shouldNotWaitForAConnectionForEver() throws Exception {
    serveRaw(socket -> {});
    client.close();
    client =
        new ImsClient(
            vertx,
            settings(
                new Timeouts(Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofSeconds(5)),
                1,
                null,
                null),
            InstantSource.system());
    client.get(project(), JOB, first -> {});

    assertThat(fault(JOB, FaultKind.TRANSIENT).detail())
        .isEqualTo("no connection within the connect timeout");
  }

  @Test
  void shouldSpeakHttp2OverTlsThatItVerifies() throws Exception {
    SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
    AtomicReference<HttpVersion> version = new AtomicReference<>();
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(certificate.keyCertOptions()))
            .requestHandler(
                request -> {
                  version.set(request.version());
                  request.response().end(BODY);
                });
    int port = port(server);
    Project project = project("https://localhost:" + port, new Credentials.None());

    client = new ImsClient(vertx, SETTINGS, InstantSource.system());
    Fault untrusted = (Fault) ask(project, JOB);
    client.close();
    client =
        new ImsClient(
            vertx,
            settings(SETTINGS.timeouts(), 4, null, Path.of(certificate.certificatePath())),
            InstantSource.system());
    Outcome trusted = ask(project, JOB);
    Fault otherName =
        (Fault) ask(project("https://127.0.0.1:" + port, new Credentials.None()), JOB);

    assertThat(untrusted.kind()).isEqualTo(FaultKind.TRANSIENT);
    assertThat(untrusted.detail()).startsWith("TLS failed").contains("certification path");
    assertThat(trusted).isInstanceOf(Answer.class);
    assertThat(version).hasValue(HttpVersion.HTTP_2);
    assertThat(otherName.detail()).startsWith("TLS failed").contains("subject alternative names");
  }

  private Fault fault(String jobId, FaultKind kind) throws Exception {
    Outcome outcome = ask(jobId);
    assertThat(outcome)
        .isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.kind()).isEqualTo(kind));
    return (Fault) outcome;
  }

  private Outcome ask(String jobId) throws Exception {
    return ask(project(), jobId);
  }

  private Outcome ask(Project project, String jobId) throws Exception {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    client.get(project, jobId, outcome::complete);
    return outcome.get(40, TimeUnit.SECONDS);
  }

  private Project project() {
    int port = server == null ? rawServer.actualPort() : server.actualPort();
    return project("http://127.0.0.1:" + port, new Credentials.None());
  }

  private static Project project(String endpoint, Credentials credentials) {
    return new Project(
        "test",
        new ProjectRef("here-1", "p1"),
        Endpoint.of(endpoint),
        credentials,
        new BudgetSettings(100, 100, 10));
  }

  private int serve(Consumer<HttpServerRequest> handler) throws Exception {
    client = new ImsClient(vertx, SETTINGS, InstantSource.system());
    server = vertx.createHttpServer().requestHandler(handler::accept);
    return port(server);
  }

  private static int port(HttpServer server) throws Exception {
    server
        .listen(0, "localhost")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    return server.actualPort();
  }

  private void serveRaw(Consumer<NetSocket> handler) throws Exception {
    serveRaw(SETTINGS, handler);
  }

  private void serveRaw(ClientSettings settings, Consumer<NetSocket> handler) throws Exception {
    client = new ImsClient(vertx, settings, InstantSource.system());
    rawServer = vertx.createNetServer().connectHandler(handler::accept);
    rawServer
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static void flood(HttpServerResponse response, Buffer part, AtomicInteger written) {
    response
        .write(part)
        .onSuccess(
            done -> {
              written.incrementAndGet();
              flood(response, part, written);
            });
  }

  private static void drip(NetSocket socket, String start, String drop) {
    socket.write(start);
    long timer = vertx.setPeriodic(50, tick -> socket.write(drop));
    socket.closeHandler(closed -> vertx.cancelTimer(timer));
  }

  private static Buffer gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }
}
