package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ClientRequestException;
import com.huaweicloud.sdk.core.http.HttpConfig;
import com.huaweicloud.sdk.ims.v2.ImsClient;
import com.huaweicloud.sdk.ims.v2.model.ShowJobRequest;
import com.huaweicloud.sdk.ims.v2.model.ShowJobResponse;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.InjectedFault;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The bridge in the place of IMS, asked by the vendor's own client. */
@ExtendWith(SharedBroker.Extension.class)
class MirrorIT {
  private final Lifecycle parts = new Lifecycle(Duration.ofSeconds(20));
  private final HttpClient http = HttpClient.newHttpClient();
  private SimulatorServer simulator;
  private int port;

  @BeforeEach
  void start(SharedBroker broker, @TempDir Path directory) throws Exception {
    simulator = SimulatorServer.start(SimulatorOptions.defaults().withSpeed(200));
    Map<String, String> settings = new TreeMap<>();
    settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    settings.put("IMSBRIDGE_TOPICS_PREFIX", broker.newPrefix());
    settings.put("IMSBRIDGE_TOPICS_PARTITIONS", "2");
    settings.put("IMSBRIDGE_DATA_DIR", directory.toString());
    settings.put("IMSBRIDGE_HTTP_LISTEN", "127.0.0.1:0");
    settings.put("IMSBRIDGE_HTTP_MIRROR_WAIT", "20s");
    settings.put("IMSBRIDGE_IMS_ENDPOINT", simulator.uri().toString());
    settings.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
    settings.put("IMSBRIDGE_IMS_AUTH", "none");
    settings.put("IMSBRIDGE_WATCH_NOT__FOUND_GRACE", "1s");
    BridgeConfig config = BridgeConfig.load(null, settings, List.of());
    port = new Bridge(parts, config, Roles.ALL).start().http().port();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> get("/readyz").statusCode() == 200);
  }

  @AfterEach
  void stop() throws Exception {
    parts.close();
    simulator.close();
  }

  @Test
  void shouldServeTheVendorsClientFromOneWatch() {
    String job = simulator.catalogue().id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.SUCCESS);
    ImsClient client = client("p1");

    // Nobody asked for it before: many who ask at once share one watch.
    List<CompletableFuture<ShowJobResponse>> first =
        IntStream.range(0, 20)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> show(client, job)))
            .toList();
    first.forEach(answer -> assertThat(answer.join().getJobId()).isEqualTo(job));

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> show(client, job).getStatus() == ShowJobResponse.StatusEnum.SUCCESS);
    long asked = simulator.gets(job);
    for (int i = 0; i < 50; i++) {
      assertThat(show(client, job).getStatus()).isEqualTo(ShowJobResponse.StatusEnum.SUCCESS);
    }
    assertThat(simulator.gets(job)).as("calls that IMS was spared").isEqualTo(asked);
  }

  @Test
  void shouldGiveTheBodyVerbatimAndASubJobsPartOfIt() throws Exception {
    String job = simulator.catalogue().id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.SUCCESS);
    assertThat(get("/v1/p1/jobs/" + job).statusCode()).isEqualTo(200);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> get("/api/v1/jobs/" + job).body().contains("\"outcome\":\"SUCCEEDED\""));
    HttpResponse<String> known = get("/api/v1/jobs/" + job);
    String subJob =
        new JsonObject(known.body()).getJsonArray("jobs").getJsonObject(1).getString("job_id");

    assertThat(get("/v1/p1/jobs/" + job).body())
        .isEqualTo(
            http.send(
                    HttpRequest.newBuilder(simulator.uri().resolve("/v1/p1/jobs/" + job)).build(),
                    BodyHandlers.ofString())
                .body());
    assertThat(get("/v1/p1/jobs/" + subJob).body()).contains("\"job_id\":\"" + subJob + "\"");
  }

  @Test
  void shouldSayWhatIsNotThereAsImsDoes() throws Exception {
    simulator.inject(InjectedFault.of(FaultType.NOT_FOUND));
    assertThatThrownBy(() -> show(client("p1"), "nobodys"))
        .isInstanceOfSatisfying(
            ClientRequestException.class,
            refused -> {
              assertThat(refused.getHttpStatusCode()).isEqualTo(404);
              assertThat(refused.getErrorMsg()).contains("IMS does not know the job");
            });
    assertThat(get("/v1/another/jobs/nobodys").statusCode()).isEqualTo(404);
    assertThat(get("/v1/another/jobs/new").body()).contains("not configured");
    assertThat(get("/v1/p1/jobs/a%2Fb").statusCode()).isEqualTo(400);
  }

  private static ShowJobResponse show(ImsClient client, String job) {
    return client.showJob(new ShowJobRequest().withJobId(job));
  }

  private ImsClient client(String project) {
    return ImsClient.newBuilder()
        .withCredential(new BasicCredentials().withAk("any").withSk("any").withProjectId(project))
        .withHttpConfig(HttpConfig.getDefaultHttpConfig())
        .withEndpoints(List.of("http://127.0.0.1:" + port))
        .build();
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
