package dev.imsbridge.ims;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.Outcome.Answer;
import dev.imsbridge.ims.Outcome.Fault;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.simulator.AccessKey;
import dev.imsbridge.simulator.SimulatorAuth;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests complete calls against the signature check of the simulator. */
class SignedCallsTest {
  private static final String JOB = "ff8080814dbd65d7014dbe0d84db0013";
  private static final String SECRET = "sk/with+all=kinds&of %signs ü";
  private static final String TOKEN = "MIIa/b+c==";

  private final Vertx vertx = Vertx.vertx();
  private final SimulatorServer simulator =
      SimulatorServer.start(
          SimulatorOptions.defaults()
              .withAuth(
                  SimulatorAuth.aksk(
                      AccessKey.permanent("AK1", SECRET), new AccessKey("AK2", SECRET, TOKEN))));
  private Instant now = Instant.now();

  @AfterEach
  void stop() throws Exception {
    simulator.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Outcome ask(String template, String projectId, String jobId, Credentials credentials)
      throws Exception {
    ClientSettings settings =
        new ClientSettings(
            PathTemplate.of(template),
            ClientSettings.Timeouts.DEFAULTS,
            ClientSettings.Bounds.DEFAULTS,
            64,
            null,
            null);
    try (ImsClient client = new ImsClient(vertx, settings, () -> now)) {
      Project project =
          new Project(
              "test",
              new ProjectRef("here-1", projectId),
              Endpoint.of(simulator.uri().toString()),
              credentials,
              new BudgetSettings(100, 100, 10));
      CompletableFuture<Outcome> outcome = new CompletableFuture<>();
      client.get(project, jobId, outcome::complete);
      return outcome.get(40, TimeUnit.SECONDS);
    }
  }

  private static Credentials permanent(String secret) {
    return new Credentials.AccessKey("AK1", Secret.of(secret), null);
  }

  private static Credentials temporary(String token) {
    return new Credentials.AccessKey("AK2", Secret.of(SECRET), Secret.of(token));
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/{project_id}/jobs/{job_id}, 0123456789abcdef0123456789abcdef",
    "/v1/{project_id}/jobs/{job_id}, p_1-x",
    "/v1/{project_id}/jobs/{job_id}, -",
    "/v1/{project_id}/jobs/{job_id}, __",
    "/v1/cloudimages/job/{job_id}, p1",
    "/v1/fixed~project.1/jobs/{job_id}, p1"
  })
  void shouldBeLetInWithEachFormOfPath(String template, String projectId) throws Exception {
    for (String job : new String[] {JOB, "a-job_1", "_", "-"}) {
      assertThat(ask(template, projectId, job, permanent(SECRET))).isInstanceOf(Answer.class);
      assertThat(ask(template, projectId, job, temporary(TOKEN))).isInstanceOf(Answer.class);
    }
  }

  @Test
  void shouldBeToldWhichCredentialIsWrong() throws Exception {
    String template = "/v1/{project_id}/jobs/{job_id}";
    assertThat(refusal(template, permanent("another")))
        .contains("APIGW.0301")
        .contains("verify aksk signature fail");
    assertThat(refusal(template, temporary("another"))).contains("x-security-token");
    assertThat(
            refusal(
                template, new Credentials.AccessKey("AK3", Secret.of(SECRET), Secret.of(TOKEN))))
        .contains("ak AK3 not exist");
    now = now.plus(Duration.ofMinutes(20));
    assertThat(refusal(template, permanent(SECRET))).contains("the clocks differ by");
  }

  private String refusal(String template, Credentials credentials) throws Exception {
    Fault fault = (Fault) ask(template, "p1", JOB, credentials);
    assertThat(fault.kind()).isEqualTo(FaultKind.AUTH);
    return fault.detail();
  }

  /**
   * The client appends no suffix. A suffix added by a gateway on the way would break the signature.
   */
  @ParameterizedTest
  @ValueSource(strings = {"?x=1", "/"})
  void shouldNotBeGoodForAnythingButWhatWasSigned(String suffix) throws Exception {
    String path = "/v1/p1/jobs/" + JOB;
    var headers =
        Signer.sign(
            (Credentials.AccessKey) permanent(SECRET),
            simulator.uri().getAuthority(),
            path,
            "p1",
            now);
    assertThat(status(path, headers)).isEqualTo(200);
    assertThat(status(path.replace("p1", "p2"), headers)).isEqualTo(401);
    assertThat(status(path + suffix, headers)).isNotEqualTo(200);
  }

  private int status(String path, java.util.Map<String, String> headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(simulator.uri() + path))
            .version(HttpClient.Version.HTTP_1_1);
    headers.forEach(request::header);
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.discarding()).statusCode();
  }
}
