package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ClientRequestException;
import com.huaweicloud.sdk.core.http.HttpConfig;
import com.huaweicloud.sdk.ims.v2.ImsClient;
import com.huaweicloud.sdk.ims.v2.model.ShowJobRequest;
import com.huaweicloud.sdk.ims.v2.model.ShowJobResponse;
import dev.imsbridge.config.Keys;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.simulator.ExpectedJob;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.ScriptedFault;
import dev.imsbridge.simulator.ScriptedJob;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.wire.ImsExamples;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that only know IMS, the vendor's own included, poll the bridge instead. The path and the
 * bodies are the same, and IMS is polled once for all of them.
 */
@ExtendWith(SharedBroker.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class MirrorIT {
  private static final String PROJECT = "0123456789abcdef0123456789abcdef";
  private static final Duration WAIT = Duration.ofSeconds(6);

  private final HttpClient http = HttpClient.newHttpClient();
  private WholeBridge whole;
  private SimulatorServer simulator;
  private KafkaAccess kafka;
  private String requests;
  private String bridge;

  @BeforeAll
  void start(SharedBroker broker, @TempDir Path directory) throws Exception {
    whole =
        WholeBridge.start(
            broker,
            directory,
            Keys.IMS_PROJECT_ID + "=" + PROJECT,
            Keys.HTTP_MIRROR_WAIT + "=" + WAIT.toSeconds() + "s");
    simulator = whole.simulator();
    kafka = whole.running().kafka();
    requests = whole.config().topics().requests();
    bridge = whole.url();
  }

  @AfterAll
  void stop() {
    whole.close();
  }

  @Test
  void shouldCarryTheVendorsClientToTheEndOfAJobItNeverAskedFor() throws Exception {
    String id = simulator.catalogue().id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.SUCCESS);
    ImsClient client = client(bridge);

    assertThat(client.showJob(new ShowJobRequest().withJobId(id)).getJobId()).isEqualTo(id);
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () ->
                client.showJob(new ShowJobRequest().withJobId(id)).getStatus()
                    == ShowJobResponse.StatusEnum.SUCCESS);

    HttpResponse<String> mirrored = get(bridge, PROJECT, id);
    assertThat(mirrored.body())
        .as("byte for byte what IMS says")
        .isEqualTo(get(simulator.uri().toString(), PROJECT, id).body());
    assertThat(mirrored.headers().firstValue("content-type")).contains("application/json");
    assertThat(asked(id)).isEqualTo(1);
    int gets = simulator.gets(id);
    client.showJob(new ShowJobRequest().withJobId(id));
    assertThat(simulator.gets(id)).as("it costs no call").isEqualTo(gets);

    HttpResponse<String> older = send(bridge + "/v1/cloudimages/job/" + id);
    assertThat(older.statusCode()).isEqualTo(200);
    assertThat(older.body()).as("the query without a project").isEqualTo(mirrored.body());

    shouldAnswerForItsSubJobs(simulator.expected(id), mirrored.body());
  }

  /** Works for sub-jobs with a watch and for those known only from their parent's answer. */
  private void shouldAnswerForItsSubJobs(ExpectedJob job, String parentBody) throws Exception {
    List<String> subJobs =
        job.tree().map(ExpectedJob::jobId).filter(id -> !id.equals(job.jobId())).toList();
    assertThat(subJobs).isNotEmpty();
    for (String id : subJobs) {
      HttpResponse<String> answer = get(bridge, PROJECT, id);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      JsonNode json = ImsExamples.json(answer.body().getBytes(UTF_8));
      assertThat(json.path("job_id").asText()).isEqualTo(id);
      assertThat(json.path("status").asText()).isEqualTo("SUCCESS");
      assertThat(parentBody).contains(id);
      assertThat(asked(id)).as("its tree is watched already").isZero();
    }
  }

  @Test
  void shouldAskOnceForManyWhoWaitForTheSameJob() throws Exception {
    String id = simulator.catalogue().id(ImsJobType.IMPORT_IMAGE, JobStatus.FAIL);
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      answers.add(
          http.sendAsync(request(bridge, PROJECT, id), HttpResponse.BodyHandlers.ofString()));
    }

    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer.get().statusCode()).isEqualTo(200);
      assertThat(answer.get().body()).contains(id);
    }
    assertThat(asked(id)).isEqualTo(1);
  }

  /** A client of the older query gets the default project, as a request without a project does. */
  @Test
  void shouldWatchAJobOfTheDefaultProjectForTheQueryWithoutAProject() throws Exception {
    String id = simulator.catalogue().id(ImsJobType.IMPORT_IMAGE, JobStatus.SUCCESS);

    HttpResponse<String> answer = send(bridge + "/v1/cloudimages/job/" + id);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(ImsExamples.json(answer.body().getBytes(UTF_8)).path("job_id").asText())
        .isEqualTo(id);
    assertThat(job(id).path("project_id").asText()).isEqualTo(PROJECT);
    assertThat(send(bridge + "/v1/cloudimages/job/no%20id").statusCode()).isEqualTo(400);
    String missing =
        simulator.create(ScriptedJob.of(ImsJobType.IMPORT_IMAGE).withId("not-there").build());
    simulator.inject(missing, ScriptedFault.of(FaultType.NOT_FOUND).build());
    HttpResponse<String> absent = send(bridge + "/v1/cloudimages/job/" + missing);
    assertThat(absent.statusCode()).isEqualTo(404);
    assertThat(absent.body()).contains("IMSBRIDGE.404");
  }

  @Test
  void shouldSayThatAJobDoesNotExistAsImsWould() throws Exception {
    String id =
        simulator.create(ScriptedJob.of(ImsJobType.IMPORT_IMAGE).withId("never-was").build());
    simulator.inject(id, ScriptedFault.of(FaultType.NOT_FOUND).build());

    assertThatThrownBy(() -> client(bridge).showJob(new ShowJobRequest().withJobId(id)))
        .isInstanceOfSatisfying(
            ClientRequestException.class,
            refused -> {
              assertThat(refused.getHttpStatusCode()).isEqualTo(404);
              assertThat(refused.getErrorCode()).isEqualTo("IMSBRIDGE.404");
            });
    HttpResponse<String> again = get(bridge, PROJECT, id);
    assertThat(again.statusCode()).isEqualTo(404);
    assertThat(asked(id)).as("it was told so a moment ago").isEqualTo(1);
  }

  /** Otherwise a loop that waits for the end would see the last RUNNING forever. */
  @Test
  void shouldEndTheWaitForAJobThatVanished() throws Exception {
    String id =
        simulator.create(
            ScriptedJob.of(ImsJobType.IMPORT_IMAGE)
                .withId("vanished")
                .lasting(Duration.ofHours(100))
                .build());
    assertThat(get(bridge, PROJECT, id).statusCode()).isEqualTo(200);

    simulator.inject(id, ScriptedFault.of(FaultType.NOT_FOUND).build());

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(bridge, PROJECT, id).statusCode() == 404);
  }

  @Test
  void shouldWatchOnWhatTheBridgeGaveUpWhenItIsAskedForAgain() throws Exception {
    String id =
        simulator.create(
            ScriptedJob.of(ImsJobType.IMPORT_IMAGE)
                .withId("let-go")
                .lasting(Duration.ofHours(100))
                .build());
    assertThat(get(bridge, PROJECT, id).statusCode()).isEqualTo(200);
    http.send(
        HttpRequest.newBuilder(URI.create(bridge + "/api/v1/jobs/" + id)).DELETE().build(),
        HttpResponse.BodyHandlers.discarding());
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> job(id).path("outcome").asText().equals("LOST"));

    assertThat(get(bridge, PROJECT, id).statusCode()).isEqualTo(200);

    await()
        .alias("it is watched again")
        .atMost(Duration.ofSeconds(20))
        .until(() -> job(id).path("outcome").isNull());
  }

  private JsonNode job(String id) throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create(bridge + "/api/v1/jobs/" + id)).build(),
            HttpResponse.BodyHandlers.ofString());
    return ImsExamples.json(response.body().getBytes(UTF_8));
  }

  @Test
  void shouldGiveUpWaitingAndSayWhatItWaitedFor() throws Exception {
    String id = simulator.create(ScriptedJob.of(ImsJobType.IMPORT_IMAGE).withId("silent").build());
    simulator.inject(id, ScriptedFault.of(FaultType.QUERY_FAILED).build());

    long begin = System.nanoTime();
    HttpResponse<String> answer = get(bridge, PROJECT, id);

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(WAIT, WAIT.plusSeconds(5));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
    JsonNode error = ImsExamples.json(answer.body().getBytes(UTF_8)).path("error");
    assertThat(error.path("code").asText()).isEqualTo("IMSBRIDGE.503");
    assertThat(error.path("message").asText()).contains("IMS");
  }

  @Test
  void shouldAskNothingForAProjectThatIsNotConfigured() throws Exception {
    HttpResponse<String> answer = get(bridge, "somebody-elses", "job-of-theirs");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("\"error\"").contains("not configured");
    assertThat(asked("job-of-theirs")).isZero();
    assertThat(get(bridge, PROJECT, "no%20id").statusCode()).isEqualTo(400);
    assertThat(get(bridge, PROJECT, "null").statusCode()).isEqualTo(400);
  }

  /** A job of one project is never visible in another one, even if both are configured. */
  @Test
  void shouldNotShowAJobUnderAnotherProject() throws Exception {
    String id = simulator.catalogue().id(ImsJobType.COPY_IMAGE_IN_REGION, JobStatus.SUCCESS);
    assertThat(get(bridge, PROJECT, id).statusCode()).isEqualTo(200);
    assertThat(get(bridge, "somebody-elses", id).statusCode()).isEqualTo(404);
  }

  private static ImsClient client(String endpoint) {
    return ImsClient.newBuilder()
        .withCredential(new BasicCredentials().withAk("ak").withSk("sk").withProjectId(PROJECT))
        .withHttpConfig(HttpConfig.getDefaultHttpConfig().withTimeout(60))
        .withEndpoints(List.of(endpoint))
        .build();
  }

  private HttpResponse<String> send(String uri) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String server, String project, String id) throws Exception {
    return http.send(request(server, project, id), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(String server, String project, String id) {
    return HttpRequest.newBuilder(URI.create(server + "/v1/" + project + "/jobs/" + id)).build();
  }

  /** Returns the number of requests for a job on the requests topic. */
  private long asked(String id) throws InterruptedException {
    List<TopicPartition> partitions = kafka.partitions(List.of(requests));
    try (KafkaConsumer<byte[], byte[]> consumer = kafka.consumer()) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long count = 0;
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          count += new String(record.key(), UTF_8).equals(id) ? 1 : 0;
        }
      }
      return count;
    }
  }
}
