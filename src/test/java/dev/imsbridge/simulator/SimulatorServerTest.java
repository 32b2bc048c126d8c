package dev.imsbridge.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.JobStatus;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The HTTP API of the simulator, including the control API that scripts use. */
class SimulatorServerTest extends RunningSimulator {
  @Test
  void shouldRunAnyJobFromItsFirstGetToItsEnd() {
    ExpectedJob expected = server.expected("any-job");

    assertThat(job("any-job").path("status").asText()).isEqualTo("INIT");
    clock.advance(expected.duration());
    JsonNode over = job("any-job");

    assertThat(over.path("job_id").asText()).isEqualTo("any-job");
    assertThat(over.path("status").asText()).isEqualTo(expected.status().name());
    assertThat(over.path("job_type").asText()).isEqualTo(expected.jobType());
    assertThat(server.gets("any-job")).isEqualTo(2);
    assertThat(server.stats().jobGets()).isEqualTo(2);
  }

  @Test
  void shouldServeTheNewerPath() {
    HttpResponse<String> answer = get("/v1/cloudimages/job/any-job");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
    assertThat(answer.headers().firstValue("Date")).contains("Wed, 06 Nov 2024 06:00:00 GMT");
    assertThat(HttpProbe.json(answer).at("/entities/process_percent").isNumber()).isTrue();
    assertThat(server.stats().requests()).containsEntry(RequestClass.CLOUDIMAGES_JOB, 1L);
  }

  @Test
  void shouldAnswerGetsOfSubJobs() {
    String id =
        server.catalogue().id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.SUCCESS, SubJobListing.LIST);
    job(id);
    assertThat(get("/v1/p/jobs/" + id + "-s1").statusCode()).isEqualTo(404);

    clock.advance(server.expected(id).duration());
    JsonNode parent = job(id);

    assertThat(parent.at("/entities/sub_jobs_list")).isNotEmpty();
    for (JsonNode subJobId : parent.at("/entities/sub_jobs_list")) {
      JsonNode sub = job(subJobId.asText());
      assertThat(sub.path("job_id")).isEqualTo(subJobId);
      assertThat(sub.path("status").asText()).isEqualTo("SUCCESS");
      assertThat(sub.at("/entities/image_id").asText())
          .isEqualTo(server.expected(subJobId.asText()).imageIds().get(0));
    }
  }

  @Test
  void shouldCreateAJob() {
    HttpResponse<String> created =
        post(
            "/simulator/jobs",
            """
            {"job_type": "imsVolumesToSysDataImagesJob", "duration": 60, "outcome": "FAIL",
             "sub_jobs": 2, "listing": "ecs", "error_code": "IMG.42", "fail_reason": "on purpose"}
            """);
    assertThat(created.statusCode()).isEqualTo(201);
    String id = HttpProbe.json(created).path("job_id").asText();

    clock.advance(Duration.ofSeconds(60));
    JsonNode over = job(id);

    assertThat(over.path("status").asText()).isEqualTo("FAIL");
    assertThat(over.path("error_code").asText()).isEqualTo("IMG.42");
    assertThat(over.at("/entities/sub_jobs")).hasSize(2);
    JsonNode observed = HttpProbe.json(get("/simulator/jobs/" + id));
    assertThat(observed.path("gets").asInt()).isEqualTo(1);
    assertThat(observed.at("/expected/status").asText()).isEqualTo("FAIL");
    assertThat(observed.at("/expected/sub_jobs")).hasSize(2);
  }

  /** Scripts and dashboards read these fields; the records behind them can be renamed. */
  @Test
  void shouldKeepTheFieldsOfTheControlApi() {
    post("/simulator/jobs", "{\"job_id\": \"a\", \"outcome\": \"FAIL\"}");
    server.inject(ScriptedFault.of(FaultType.SLOW_BODY).withProbability(0.5).build());
    server.inject(ScriptedFault.of(FaultType.RESET).on(FaultTarget.TOKENS).times(3).build());

    assertThat(fields(get("/simulator/jobs/a"), "/expected"))
        .containsExactly(
            "job_id",
            "job_type",
            "status",
            "ends_after_ms",
            "error_code",
            "fail_reason",
            "image_ids",
            "sub_jobs");
    assertThat(fields(get("/simulator/stats"), ""))
        .containsExactly("requests", "faults", "refused", "jobs", "gets");
    assertThat(fields(get("/simulator/stats"), "/requests"))
        .containsExactly(
            "job", "cloudimages_job", "token", "metadata", "simulator", "unknown_path");
    assertThat(get("/simulator/faults").body())
        .isEqualTo(
            "{\"faults\":[{\"type\":\"slow-body\",\"probability\":0.5},"
                + "{\"type\":\"reset\",\"probability\":1.0,\"left\":3}]}");
  }

  @Test
  void shouldRejectInvalidControlRequestsWithAReason() {
    assertRefused(400, "not valid JSON", post("/simulator/jobs", "{"));
    assertRefused(400, "empty", post("/simulator/jobs", ""));
    assertRefused(400, "job_type must be one of", post("/simulator/jobs", "{\"job_type\":\"x\"}"));
    assertRefused(400, "more than 262144 bytes", post("/simulator/jobs", " ".repeat(300_000)));
    assertRefused(404, "no such endpoint", post("/simulator/nothing", "{}"));
    post("/simulator/jobs", "{\"job_id\":\"twice\"}");
    assertRefused(409, "already a job twice", post("/simulator/jobs", "{\"job_id\":\"twice\"}"));
  }

  @Test
  void shouldRejectInvalidJobIdsAndPaths() {
    assertThat(get("/v1/p/jobs/a%2F..%2Fb").statusCode()).isEqualTo(400);
    assertThat(get("/v1/p/jobs/" + "x".repeat(65)).statusCode()).isEqualTo(400);
    assertThat(get("/v1/p/job/x").body()).contains("APIGW.0101");
    assertThat(get("/v1//jobs/x").statusCode()).isEqualTo(404);
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/v1/p/jobs/" + "x".repeat(10_000)).statusCode()).isEqualTo(414);
  }

  /** Vert.x throws on some malformed requests only after they have reached the router. */
  @Test
  void shouldAnswerMalformedRequests() throws IOException {
    assertThat(raw("GET /simulator/stats?jobs=%zz HTTP/1.1")).startsWith("HTTP/1.1 400");
    assertThat(raw("GET /v1/p/jobs/%zz HTTP/1.1")).startsWith("HTTP/1.1 400");
    assertThat(raw("GET http://elsewhere/v1/p/jobs/a HTTP/1.1")).startsWith("HTTP/1.1 200");
    assertThat(raw("NONSENSE")).startsWith("HTTP/1.0 400");
  }

  @Test
  void shouldCountRequests() {
    job("a");
    job("a");
    job("b");

    JsonNode stats = HttpProbe.json(get("/simulator/stats?jobs=1"));

    assertThat(stats.at("/requests/job").asInt()).isEqualTo(3);
    assertThat(stats.at("/jobs").asInt()).isEqualTo(2);
    assertThat(stats.at("/gets/a").asInt()).isEqualTo(2);
    assertThat(stats.at("/gets")).hasSize(1);
  }

  @Test
  void shouldNameThePortInUse() {
    SimulatorOptions same = SimulatorOptions.defaults().withPort(server.port());

    assertThatThrownBy(() -> SimulatorServer.start(same))
        .isInstanceOf(SimulatorStartException.class)
        .hasMessage(
            "the simulator cannot listen: port %d of 127.0.0.1 is already in use; choose another"
                + " port",
            server.port());
  }

  @Test
  void shouldListTheCatalogue() {
    JsonNode jobs = HttpProbe.json(get("/simulator/catalogue"));

    assertThat(jobs).hasSize(server.catalogue().demo().size());
    assertThat(jobs.get(0).path("job_type").asText()).isEqualTo("imsCreateImageByInstance");
  }

  private static List<String> fields(HttpResponse<String> answer, String path) {
    List<String> names = new ArrayList<>();
    HttpProbe.json(answer).at(path).fieldNames().forEachRemaining(names::add);
    return names;
  }

  private void assertRefused(int status, String reason, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(HttpProbe.json(answer).path("error").asText()).contains(reason);
  }

  private JsonNode job(String jobId) {
    HttpResponse<String> answer = get("/v1/project/jobs/" + jobId);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return HttpProbe.json(answer);
  }

  private String raw(String firstLine) throws IOException {
    try (Socket socket = send(firstLine)) {
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  private HttpResponse<String> post(String path, String body) {
    return probe.post(server.uri().resolve(path), body);
  }
}
