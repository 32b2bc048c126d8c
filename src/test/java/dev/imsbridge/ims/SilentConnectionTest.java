package dev.imsbridge.ims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.ims.ClientSettings.Timeouts;
import dev.imsbridge.ims.Outcome.Answer;
import dev.imsbridge.ims.Outcome.Fault;
import dev.imsbridge.job.ProjectRef;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SelfSignedCertificate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A NAT or firewall forgets an HTTP/2 connection: a TCP relay in front of the server goes silent,
 * and neither side sees a close. All calls to an endpoint share this one connection.
 */
class SilentConnectionTest {
  private static final String SLOW = "slow";

  private final Vertx vertx = Vertx.vertx();
  private final Set<Object> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger relayed = new AtomicInteger();
  private volatile int silentUpTo;
  private HttpServer server;
  private ImsClient client;
  private Project project;

  @BeforeEach
  void start() throws Exception {
    SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
    server =
        vertx.createHttpServer(
            new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(certificate.keyCertOptions()));
    get(server.requestHandler(this::answer).listen(0, "localhost"));
    NetServer relay = vertx.createNetServer().connectHandler(this::relay);
    get(relay.listen(0, "localhost"));
    client =
        new ImsClient(
            vertx,
            new ClientSettings(
                PathTemplate.DEFAULT,
                new Timeouts(
                    Duration.ofMillis(600), Duration.ofMillis(600), Duration.ofSeconds(20)),
                ClientSettings.Bounds.DEFAULTS,
                64,
                null,
                Path.of(certificate.certificatePath())),
            InstantSource.system());
    project =
        new Project(
            "test",
            new ProjectRef("here-1", "p1"),
            Endpoint.of("https://localhost:" + relay.actualPort()),
            new Credentials.None(),
            new BudgetSettings(100, 100, 10));
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    get(vertx.close());
  }

  private void answer(HttpServerRequest request) {
    assertThat(request.version()).isEqualTo(HttpVersion.HTTP_2);
    connections.add(request.connection());
    String job = request.path().substring(request.path().lastIndexOf('/') + 1);
    if (!job.equals(SLOW)) {
      request.response().end("{\"job_id\":\"" + job + "\",\"status\":\"RUNNING\"}");
    }
  }

  private void relay(NetSocket near) {
    int number = relayed.incrementAndGet();
    near.pause();
    vertx
        .createNetClient()
        .connect(server.actualPort(), "localhost")
        .onSuccess(
            far -> {
              pass(near, far, number);
              pass(far, near, number);
              near.resume();
            });
  }

  private void pass(NetSocket from, NetSocket to, int number) {
    from.handler(
        bytes -> {
          if (number > silentUpTo) {
            to.write(bytes);
          }
        });
    from.exceptionHandler(broken -> {});
  }

  @Test
  void shouldLeaveASilentConnectionSoon() throws Exception {
    assertThat(ask("job")).isInstanceOf(Answer.class);
    silentUpTo = 1;

    assertThat(ask("job"))
        .isInstanceOfSatisfying(
            Fault.class, fault -> assertThat(fault.detail()).contains("read timeout"));

    await().atMost(Duration.ofSeconds(5)).until(() -> ask("job") instanceof Answer);
    assertThat(relayed).hasValue(2);
  }

  /** The timeout affects only one job. The other calls on the connection continue. */
  @Test
  void shouldKeepAConnectionOnWhichOneJobAloneIsSlow() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(ask(SLOW)).isInstanceOf(Fault.class);
      assertThat(ask("job")).isInstanceOf(Answer.class);
    }
    assertThat(connections).hasSize(1);
    assertThat(relayed).hasValue(1);
  }

  private Outcome ask(String job) throws Exception {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    client.get(project, job, outcome::complete);
    return outcome.get(40, TimeUnit.SECONDS);
  }

  private static <T> void get(Future<T> future) throws Exception {
    future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
