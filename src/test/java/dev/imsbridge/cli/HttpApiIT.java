package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.config.Keys;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.fuzz.HttpInputs;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.ScriptedJob;
import dev.imsbridge.web.ApiDocument;
import dev.imsbridge.wire.ImsExamples;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Every response of a whole bridge matches the OpenAPI document. */
@ExtendWith(SharedBroker.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class HttpApiIT {
  private static final String TOKEN = "the-token-of-this-test";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final ApiDocument document;
  private WholeBridge bridge;

  HttpApiIT() throws Exception {
    document = new ApiDocument();
  }

  @BeforeAll
  void start(SharedBroker broker, @TempDir Path directory) throws Exception {
    bridge =
        WholeBridge.start(
            broker, directory, Keys.IMS_PROJECT_ID + "=p1", Keys.HTTP_TOKEN + "=" + TOKEN);
  }

  @AfterAll
  void stop() {
    bridge.close();
  }

  @Test
  void shouldTellOfAJobFromTheRequestToItsEnd() throws Exception {
    String id = bridge.simulator().catalogue().id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.SUCCESS);
    JsonNode accepted =
        checked(
            "POST /api/v1/jobs",
            "/api/v1/jobs",
            202,
            "{\"job_id\": \"" + id + "\", \"labels\": {\"order\": \"4711\"}}");
    assertThat(accepted.path("job_id").asText()).isEqualTo(id);

    await().atMost(PATIENCE).until(() -> status("/api/v1/jobs/" + id) == 200);
    await().atMost(PATIENCE).until(() -> !detail(id).path("outcome").isNull());

    JsonNode job = detail(id);
    assertThat(job.path("outcome").asText()).isEqualTo("SUCCEEDED");
    assertThat(job.path("labels").path("order").asText()).isEqualTo("4711");
    String subJob = job.at("/jobs/1/job_id").asText();
    JsonNode ofSubJob = detail(subJob);
    assertThat(ofSubJob.path("job_id").asText()).isEqualTo(id);
    assertThat(ofSubJob.path("asked_job_id").asText()).isEqualTo(subJob);
    JsonNode list =
        checked("GET /api/v1/jobs", "/api/v1/jobs?state=ended&label=order%3D4711&q=" + subJob, 200);
    assertThat(list.path("jobs").findValuesAsText("job_id")).containsExactly(id);
    assertThat(list.path("partial").asBoolean()).isFalse();
    // The store shows the end before the transaction that publishes it is committed.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        checked(
                                "GET /api/v1/jobs/{id}/history",
                                "/api/v1/jobs/" + id + "/history",
                                200)
                            .path("events")
                            .findValuesAsText("kind"))
                    .contains("completion"));
    JsonNode evidence = job.at("/jobs/0/evidence");
    JsonNode body =
        checked(
            "GET /api/v1/jobs/{id}/evidence/{partition}/{offset}",
            "/api/v1/jobs/%s/evidence/%s/%s"
                .formatted(id, evidence.get("partition"), evidence.get("offset")),
            200);
    assertThat(body.path("status").asText()).isEqualTo("SUCCESS");
  }

  /** The answer is the record on the topic, whether the job ends during the wait or before. */
  @Test
  void shouldAnswerWithTheCompletionAsPublished() throws Exception {
    String id = bridge.simulator().catalogue().id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.SUCCESS);
    CompletableFuture<HttpResponse<String>> early = sendAsync(completion(id) + "?wait=60s");
    checked("POST /api/v1/jobs", "/api/v1/jobs", 202, "{\"job_id\": \"" + id + "\"}");

    HttpResponse<String> waited = early.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

    ConsumerRecord<byte[], byte[]> record = completionOf(id);
    JsonNode published = ImsExamples.json(record.value());
    String subJob = published.at("/sub_jobs/0/job_id").asText();
    for (HttpResponse<String> answer :
        List.of(
            waited,
            send(completion(id), null, false),
            send(completion(id) + "?wait=1m", null, false),
            send(completion(subJob), null, false))) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(violations("GET /api/v1/jobs/{id}/completion", answer)).isEmpty();
      assertThat(answer.body()).isEqualTo(new String(record.value(), UTF_8));
      for (Header header : record.headers()) {
        if (header.key().startsWith("ce_")) {
          assertThat(answer.headers().firstValue(header.key().replace('_', '-')))
              .as(header.key())
              .contains(new String(header.value(), UTF_8));
        }
      }
    }
    assertThat(waited.headers().firstValue("ce-type")).contains("dev.imsbridge.job.completed.v1");
    // A service that restarts asks for all its jobs at once, more than may search a topic.
    List<CompletableFuture<HttpResponse<String>>> burst = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      burst.add(sendAsync(completion(id) + "?wait=60s"));
    }
    for (CompletableFuture<HttpResponse<String>> each : burst) {
      assertThat(each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldSayThatAJobIsNotCompleteWhenTheTimeIsOver() throws Exception {
    String id =
        bridge
            .simulator()
            .create(ScriptedJob.of(ImsJobType.IMPORT_IMAGE).lasting(Duration.ofHours(100)).build());
    checked("POST /api/v1/jobs", "/api/v1/jobs", 202, "{\"job_id\": \"" + id + "\"}");
    await().atMost(PATIENCE).until(() -> status("/api/v1/jobs/" + id) == 200);

    long begin = System.nanoTime();
    HttpResponse<String> late = send(completion(id) + "?wait=700ms", null, false);

    assertThat(late.statusCode()).isEqualTo(204);
    assertThat(violations("GET /api/v1/jobs/{id}/completion", late)).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(700), Duration.ofSeconds(5));
    assertThat(send(completion(id), null, false).statusCode()).isEqualTo(204);
    CompletableFuture<HttpResponse<String>> waiting = sendAsync(completion(id) + "?wait=60s");
    checked("DELETE /api/v1/jobs/{id}", "/api/v1/jobs/" + id, 202);
    HttpResponse<String> cancelled = waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(cancelled.statusCode()).isEqualTo(200);
    assertThat(ImsExamples.json(cancelled.body().getBytes(UTF_8)).path("outcome").asText())
        .isEqualTo("LOST");
  }

  @Test
  void shouldNotWaitForACompletionThatCannotCome() throws Exception {
    String operation = "GET /api/v1/jobs/{id}/completion";
    checked(operation, completion("nobody-asked"), 404);
    checked(operation, completion("nobody-asked") + "?wait=500ms", 404);
    checked(operation, completion("no%20id"), 400);
    for (String query : List.of("wait=61s", "wait=5", "wait=-1s", "wait=1s&wait=2s", "waits=1s")) {
      checked(operation, completion("nobody-asked") + "?" + query, 400);
    }
  }

  private static String completion(String id) {
    return "/api/v1/jobs/" + id + "/completion";
  }

  private CompletableFuture<HttpResponse<String>> sendAsync(String path) {
    return http.sendAsync(
        HttpRequest.newBuilder(URI.create(bridge.url() + path))
            .header("authorization", "Bearer " + TOKEN)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private ConsumerRecord<byte[], byte[]> completionOf(String id) throws Exception {
    List<TopicPartition> partitions =
        bridge.running().kafka().partitions(List.of(bridge.config().topics().completions()));
    try (KafkaConsumer<byte[], byte[]> consumer = bridge.running().kafka().consumer()) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (new String(record.key(), UTF_8).equals(id)) {
            return record;
          }
        }
      }
    }
    throw new AssertionError("no completion of " + id);
  }

  @Test
  void shouldSelectJobsByOutcomeTimeAndImageAndListThemAsCsv() throws Exception {
    String id = bridge.simulator().catalogue().id(ImsJobType.IMPORT_IMAGE, JobStatus.FAIL);
    String body = "{\"job_id\": \"" + id + "\", \"labels\": {\"csv\": \"=1,\\\"x\\\"\"}}";
    checked("POST /api/v1/jobs", "/api/v1/jobs", 202, body);
    assertThat(send(completion(id) + "?wait=60s", null, false).statusCode()).isEqualTo(200);
    JsonNode job = detail(id);
    String changedAt = job.path("changed_at").asText();
    String after = Instant.parse(changedAt).plusMillis(1).toString();
    String one = "q=" + id;

    assertThat(listed(one + "&outcome=failed&status=FAILED")).containsExactly(id);
    assertThat(listed(one + "&outcome=FAIL&status=fail")).containsExactly(id);
    assertThat(listed(one + "&outcome=SUCCEEDED")).isEmpty();
    assertThat(listed(one + "&since=" + changedAt + "&until=" + after)).containsExactly(id);
    assertThat(listed(one + "&since=" + after)).isEmpty();
    assertThat(listed(one + "&until=" + changedAt)).isEmpty();
    assertThat(listed(one + "&image=no-such-image")).isEmpty();
    for (String wrong : List.of("outcome=RUNNING", "since=monday", "until=x", "format=xml")) {
      checked("GET /api/v1/jobs", "/api/v1/jobs?" + wrong, 400);
    }

    HttpResponse<String> csv = send("/api/v1/jobs?format=csv&" + one, null, false);
    assertThat(violations("GET /api/v1/jobs", csv)).isEmpty();
    assertThat(csv.headers().firstValue("content-type"))
        .contains("text/csv; charset=utf-8; header=present");
    String[] lines = csv.body().split("\r\n");
    assertThat(lines).hasSize(2);
    assertThat(lines[0]).startsWith("job_id,job_type,status,outcome,");
    assertThat(lines[1]).startsWith(id + ",").contains(",FAIL,FAILED,", "\"{\"\"csv\"\":");
    HttpResponse<String> accepted =
        http.send(
            HttpRequest.newBuilder(URI.create(bridge.url() + "/api/v1/jobs?limit=1"))
                .header("authorization", "Bearer " + TOKEN)
                .header("accept", "text/csv")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(accepted.body().split("\r\n")).hasSize(2);
    String link = accepted.headers().firstValue("link").orElse("");
    if (!link.isEmpty()) {
      assertThat(link).matches("</api/v1/jobs\\?limit=1&cursor=[A-Za-z0-9_-]+>; rel=\"next\"");
    }
  }

  private List<String> listed(String query) throws Exception {
    return checked("GET /api/v1/jobs", "/api/v1/jobs?" + query, 200)
        .path("jobs")
        .findValuesAsText("job_id");
  }

  @Test
  void shouldTellWhatIsWatchedAndWhenItIsPolledNext() throws Exception {
    String id =
        bridge
            .simulator()
            .create(ScriptedJob.of(ImsJobType.IMPORT_IMAGE).lasting(Duration.ofHours(100)).build());
    checked("POST /api/v1/jobs", "/api/v1/jobs", 202, "{\"job_id\": \"" + id + "\"}");
    try (KafkaProducer<byte[], byte[]> producer = bridge.running().kafka().producer()) {
      producer.send(
          new ProducerRecord<>(bridge.config().topics().requests(), "no job id".getBytes(UTF_8)));
    }

    await().atMost(PATIENCE).until(() -> status("/api/v1/jobs/" + id) == 200 && attempts(id) > 2);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode own = checked("GET /api/v1/status", "/api/v1/status", 200);
              assertThat(own.path("instances")).hasSize(1);
              JsonNode instance = own.at("/instances/0");
              assertThat(instance.path("ready").asBoolean()).isTrue();
              assertThat(instance.path("streams_state").asText()).isEqualTo("RUNNING");
              assertThat(instance.path("partitions")).hasSize(4);
              assertThat(instance.path("dead_letters").toString())
                  .isEqualTo("{\"RequestRefused\":1}");
              assertThat(instance.at("/poller/types").findValuesAsText("job_type"))
                  .contains("imsImportImageJob");
              assertThat(instance.at("/poller/projects/0/project_id").asText()).isEqualTo("p1");
            });
    // The policy of this bridge learns nothing, so only the age of the job is known.
    JsonNode forecast = detail(id).path("forecast");
    assertThat(forecast.path("elapsed_ms").asLong()).isPositive();
    assertThat(forecast.path("expected_end_at").isNull()).isTrue();
    assertThat(forecast.path("learned_jobs").asInt()).isZero();
    JsonNode listed =
        checked("GET /api/v1/jobs", "/api/v1/jobs?q=" + id, 200).at("/jobs/0/forecast");
    assertThat(listed.path("elapsed_ms").asLong())
        .isGreaterThanOrEqualTo(forecast.path("elapsed_ms").asLong());
    await().atMost(PATIENCE).until(() -> detail(id).at("/forecast/progress").isNumber());
    InProcess told =
        InProcess.run(Map.of("IMSBRIDGE_HTTP_AUTH_TOKEN", TOKEN), "status", "--url", bridge.url());
    assertThat(told.exitCode()).as(told.err()).isZero();
    assertThat(told.out()).contains("ready").contains("imsImportImageJob").contains("0-3");

    checked("DELETE /api/v1/jobs/{id}", "/api/v1/jobs/" + id, 202);
    await().atMost(PATIENCE).until(() -> detail(id).path("outcome").asText().equals("LOST"));
    assertThat(detail(id).path("forecast").isNull()).isTrue();
  }

  @Test
  void shouldSayHowFarEachPartitionIsAndHowBusyTheLastHourWas() throws Exception {
    String id = bridge.simulator().catalogue().id(ImsJobType.IMPORT_IMAGE, JobStatus.SUCCESS);
    checked("POST /api/v1/jobs", "/api/v1/jobs", 202, "{\"job_id\": \"" + id + "\"}");
    assertThat(send(completion(id) + "?wait=60s", null, false).statusCode()).isEqualTo(200);

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode all = checked("GET /api/v1/partitions", "/api/v1/partitions", 200);
              assertThat(all.path("partial").asBoolean()).isFalse();
              assertThat(all.path("partitions"))
                  .hasSize(3 * 4)
                  .allMatch(each -> each.path("state").asText().equals("RUNNING"))
                  .allMatch(each -> bridge.url().endsWith(each.path("instance").asText()))
                  .allMatch(each -> each.path("end_offset").isIntegralNumber());
              assertThat(all.path("partitions"))
                  .filteredOn(each -> each.path("topic").asText().endsWith("observations"))
                  .anyMatch(
                      each -> each.path("offset").asLong() > 3 && each.path("lag").asLong() == 0);
            });
    JsonNode hour =
        checked("GET /api/v1/events/samples", "/api/v1/events/samples?since=" + Instant.now(), 200);
    assertThat(hour.path("samples")).hasSizeLessThanOrEqualTo(2);
    JsonNode samples = checked("GET /api/v1/events/samples", "/api/v1/events/samples", 200);
    assertThat(samples.path("samples").findValues("transitions"))
        .anyMatch(transitions -> transitions.asInt() > 0);
    for (String wrong : List.of("since=monday", "until=x", "since=1&since=2")) {
      checked("GET /api/v1/events/samples", "/api/v1/events/samples?" + wrong, 400);
    }
    checked("GET /api/v1/partitions", "/api/v1/partitions?topic=requests", 400);
  }

  @Test
  void shouldPauseAProjectUntilItIsResumedAndSayWhoDidItAndWhy() throws Exception {
    String id =
        bridge
            .simulator()
            .create(ScriptedJob.of(ImsJobType.IMPORT_IMAGE).lasting(Duration.ofHours(100)).build());
    checked("POST /api/v1/jobs", "/api/v1/jobs", 202, "{\"job_id\": \"" + id + "\"}");
    await().atMost(PATIENCE).until(() -> status("/api/v1/jobs/" + id) == 200 && attempts(id) > 2);

    String pause = "POST /api/v1/projects/{id}/pause";
    JsonNode accepted =
        checked(pause, "/api/v1/projects/default/pause", 202, "{\"reason\": \"maintenance\"}");
    try {
      assertThat(accepted.path("action").asText()).isEqualTo("pause");
      assertThat(accepted.at("/project/project_id").asText()).isEqualTo("p1");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode project =
                    checked("GET /api/v1/status", "/api/v1/status", 200)
                        .at("/instances/0/poller/projects/0");
                assertThat(project.at("/paused/reason").asText()).isEqualTo("maintenance");
                assertThat(project.at("/paused/by").asText()).isEqualTo("127.0.0.1");
                assertThat(project.path("in_flight").asInt()).isZero();
              });
      int attempts = attempts(id);
      await().during(Duration.ofSeconds(1)).until(() -> attempts(id) == attempts);
      assertThat(detail(id).at("/watches/0/next_poll_at").isNull()).isTrue();
      checked("GET /readyz", "/readyz", 200);
      JsonNode control = checked("GET /api/v1/control", "/api/v1/control", 200);
      assertThat(control.at("/paused/0/name").asText()).isEqualTo("default");
      assertThat(control.at("/paused/0/via").asText()).isEqualTo("http");
      assertThat(control.at("/actions/0/action").asText()).isEqualTo("pause");
      assertThat(
              Duration.between(Instant.parse(control.at("/actions/0/at").asText()), Instant.now()))
          .isBetween(Duration.ofSeconds(-5), Duration.ofMinutes(1));
    } finally {
      checked("POST /api/v1/projects/{id}/resume", "/api/v1/projects/p1/resume", 202);
    }
    int before = attempts(id);
    await().atMost(PATIENCE).until(() -> attempts(id) > before + 5);
    JsonNode control = checked("GET /api/v1/control", "/api/v1/control", 200);
    assertThat(control.path("paused")).isEmpty();
    assertThat(control.path("actions").findValuesAsText("action")).startsWith("resume", "pause");

    checked(pause, "/api/v1/projects/nobodys/pause", 404);
    for (String wrong : List.of("[]", "{\"reason\": 5}", "{\"why\": \"x\"}", "{} {}", "x")) {
      checked(pause, "/api/v1/projects/p1/pause", 400, wrong);
    }
    String longReason = "{\"reason\": \"" + "x".repeat(201) + "\"}";
    checked(pause, "/api/v1/projects/p1/pause", 400, longReason);
    checked(pause, "/api/v1/projects/p1/pause?reason=x", 400);
    checked(pause, "/api/v1/projects/p1/pause", 413, " ".repeat(5_000));
    checked("DELETE /api/v1/jobs/{id}", "/api/v1/jobs/" + id, 202);
  }

  @Test
  void shouldSetLogLevelsWithoutARestart() throws Exception {
    String name = "dev.imsbridge.level-of-a-test".replace('-', '_');
    String own = bridge.url().substring("http://".length());
    String level = "{\"logger\": \"" + name + "\", \"level\": \"%s\", \"instance\": \"%s\"}";
    String put = "PUT /api/v1/log-level";
    checked(put, "/api/v1/log-level", 202, level.formatted("debug", own));
    checked(put, "/api/v1/log-level", 202, level.formatted("off", "another:8080"));
    String all = "{\"logger\": \"" + name + ".all\", \"level\": \"trace\"}";
    checked(put, "/api/v1/log-level", 202, all);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode levels =
                  checked("GET /api/v1/control", "/api/v1/control", 200).path("log_levels");
              assertThat(levels.path(name + ".all").asText()).isEqualTo("trace");
              assertThat(levels.path(name).asText()).as("not that of another").isEqualTo("debug");
            });
    assertThat(LoggerFactory.getLogger(name).isDebugEnabled()).isTrue();
    assertThat(LoggerFactory.getLogger(name).isTraceEnabled()).isFalse();

    checked(put, "/api/v1/log-level", 400, level.formatted("loud", own));
    checked(put, "/api/v1/log-level", 400, "{\"logger\": \"io.netty\", \"level\": \"debug\"}");
    checked(put, "/api/v1/log-level", 400, "{\"level\": \"debug\"}");
  }

  @Test
  void shouldShowEachSettingWithItsSourceAndNoSecret() throws Exception {
    JsonNode settings = checked("GET /api/v1/config", "/api/v1/config", 200).path("settings");
    Map<String, String> values = new TreeMap<>();
    settings.forEach(
        each ->
            values.put(
                each.path("key").asText(),
                each.path("value").asText() + " from " + each.path("origin").asText()));
    assertThat(values)
        .containsEntry(Keys.HTTP_TOKEN, "[hidden] from --set")
        .containsEntry(Keys.IMS_PROJECT_ID, "p1 from --set")
        .containsEntry(Keys.LOG_LEVEL, "info from default")
        .containsEntry(Keys.IMS_REGION, "null from default");
    assertThat(settings.toString()).doesNotContain(TOKEN);
  }

  private int attempts(String id) throws Exception {
    return detail(id).at("/watches/0/attempts").asInt();
  }

  @Test
  void shouldRefuseInTheFormThatIsPromised() throws Exception {
    checked("GET /api/v1/jobs/{id}", "/api/v1/jobs/nobody-asked", 404);
    checked("GET /api/v1/jobs/{id}", "/api/v1/jobs/no%20id", 400);
    checked("DELETE /api/v1/jobs/{id}", "/api/v1/jobs/no%20id", 400);
    checked("GET /api/v1/jobs", "/api/v1/jobs?limit=0", 400);
    checked("GET /api/v1/jobs", "/api/v1/jobs?status=&state=half", 400);
    checked("POST /api/v1/jobs", "/api/v1/jobs", 400, "{\"job_id\": \"a/b\"}");
    checked("POST /api/v1/jobs", "/api/v1/jobs", 400, "{\"job_id\": 5}");
    checked("POST /api/v1/jobs", "/api/v1/jobs", 400, "null");
    checked("POST /api/v1/jobs", "/api/v1/jobs", 413, " ".repeat(70_000));
    checked("GET /api/v1/jobs/{id}/history", "/api/v1/jobs/nobody-asked/history", 404);
    checked("GET /api/v1/history", "/api/v1/history", 400);
    checked("GET /api/v1/history", "/api/v1/history?label=order", 400);
    checked("GET /v1/{project_id}/jobs/{job_id}", "/v1/other/jobs/a", 404);
    HttpResponse<String> nobody =
        http.send(
            HttpRequest.newBuilder(URI.create(bridge.url() + "/api/v1/jobs")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(violations("GET /api/v1/jobs", nobody)).isEmpty();
    assertThat(nobody.body()).doesNotContain(TOKEN);
  }

  /** {@code curl -d} sends everything as a form. */
  /** {@code -Dfuzz.seconds} sets the time. */
  @Test
  void shouldAnswerAnyRequestWithoutAnInternalError() throws Exception {
    URI uri = URI.create(bridge.url());
    System.out.println(new HttpInputs(uri.getPort(), TOKEN, document.json()).run());

    assertThat(status("/readyz")).isEqualTo(200);
  }

  @Test
  void shouldTakeARequestWhateverItsContentType() throws Exception {
    for (String type :
        List.of("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")) {
      String id = bridge.simulator().create(ScriptedJob.of(ImsJobType.IMPORT_IMAGE).build());
      String body =
          "{\"job_id\": \"%s\", \"labels\": {\"share\": \"50%% & more\"}}".formatted(id)
              + " ".repeat(5_000);
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(bridge.url() + "/api/v1/jobs"))
              .header("authorization", "bearer " + TOKEN)
              .header("content-type", type)
              .POST(BodyPublishers.ofString(body))
              .build();

      HttpResponse<String> accepted = http.send(request, HttpResponse.BodyHandlers.ofString());

      assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
      await().atMost(PATIENCE).until(() -> status("/api/v1/jobs/" + id) == 200);
      assertThat(detail(id).at("/labels/share").asText()).isEqualTo("50% & more");
    }
  }

  @Test
  void shouldServeWhatIsOpenToEverybody() throws Exception {
    checked("GET /livez", "/livez", 200);
    checked("GET /readyz", "/readyz", 200);
    checked("GET /api/v1/openapi.json", "/api/v1/openapi.json", 200);
    assertThat(send("/metrics", null, false).body()).contains("imsbridge_http_requests");
  }

  // ---- requests

  private JsonNode detail(String id) throws Exception {
    return checked("GET /api/v1/jobs/{id}", "/api/v1/jobs/" + id, 200);
  }

  private int status(String path) throws Exception {
    return send(path, null, false).statusCode();
  }

  private JsonNode checked(String operation, String path, int status) throws Exception {
    return checked(operation, path, status, null);
  }

  private JsonNode checked(String operation, String path, int status, String body)
      throws Exception {
    HttpResponse<String> response = send(operation.split(" ")[0], path, body);
    assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(status);
    assertThat(violations(operation, response)).as(response.body()).isEmpty();
    assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
    return ImsExamples.json(response.body().getBytes(UTF_8));
  }

  private Iterable<String> violations(String operation, HttpResponse<String> response) {
    return document.violations(
        operation,
        response.statusCode(),
        response.headers().firstValue("content-type").orElse(""),
        response.body());
  }

  private HttpResponse<String> send(String path, String body, boolean delete) throws Exception {
    return send(body != null ? "POST" : delete ? "DELETE" : "GET", path, body);
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(bridge.url() + path))
            .header("authorization", "Bearer " + TOKEN)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.header("content-type", "application/json");
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
