package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.config.Keys;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.ScriptedJob;
import dev.imsbridge.web.ApiDocument;
import dev.imsbridge.wire.ImsExamples;
import dev.imsbridge.wire.RootPartition;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The history of a job is still available after the state has forgotten the job. */
@ExtendWith(SharedBroker.Extension.class)
@Timeout(120)
class ForgottenJobIT {
  private static final String JOB = "job-of-long-ago";
  private static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String HISTORY = "GET /api/v1/jobs/{id}/history";
  private static final String EVIDENCE = "GET /api/v1/jobs/{id}/evidence/{partition}/{offset}";

  private final HttpClient http = HttpClient.newHttpClient();
  private WholeBridge bridge;

  @Test
  void shouldTellWhatTheTopicsKeepOfAJobThatTheStateHasForgotten(
      SharedBroker broker, @TempDir Path directory) throws Exception {
    try (WholeBridge started =
        WholeBridge.start(
            broker, directory, Keys.IMS_PROJECT_ID + "=p1", Keys.STATE_RETENTION + "=1s")) {
      bridge = started;
      Instant before = Instant.now();
      bridge.simulator().create(ScriptedJob.of(ImsJobType.IMPORT_OVA_IMAGE).withId(JOB).build());
      bridge.request(http, JOB, Map.of("order", "4711"));
      await().atMost(PATIENCE).until(() -> events(JOB).contains("completion"));
      JsonNode known = checked(HISTORY, history(JOB), 200);
      Instant then = Instant.now();
      String subJob = known.at("/jobs/1/job_id").asText();

      forget();
      assertThat(get("/api/v1/jobs/" + JOB).body()).contains(history(JOB));

      JsonNode forgotten = checked(HISTORY, history(JOB), 200);
      assertThat(forgotten.path("events")).isEqualTo(known.path("events"));
      assertThat(forgotten.path("jobs")).isEqualTo(known.path("jobs"));
      JsonNode ofSubJob = checked(HISTORY, history(subJob), 200);
      assertThat(ofSubJob.path("root_job_id").asText()).isEqualTo(JOB);
      assertThat(ofSubJob.path("events")).isEqualTo(known.path("events"));
      checked(HISTORY, history(JOB) + "?as_of=" + before, 404);
      checked(HISTORY, history("nobody-asked"), 404);
      JsonNode evidence = known.at("/jobs/0/evidence");
      for (String id : new String[] {JOB, subJob}) {
        assertThat(checked(EVIDENCE, evidence(id, evidence), 200).path("status").asText())
            .isEqualTo("SUCCESS");
      }
      checked(EVIDENCE, evidence("nobody-asked", evidence), 404);
      String image = forgotten.at("/image_ids/0").asText();
      for (String query : List.of("label=order=4711", "id=" + subJob, "id=" + image)) {
        assertThat(search(query)).as(query).containsExactly(JOB);
      }
      assertThat(search("label=order:4711&until=" + before)).isEmpty();
      assertThat(search("label=order:4711&outcome=failed")).isEmpty();

      assertThat(known.path("earlier_life").isNull()).isTrue();
      assertThat(forgotten.path("earlier_life").asText()).isEqualTo("false");

      // After a new request the job is known again, but not its earlier events.
      request(JOB);
      await().atMost(PATIENCE).until(() -> get("/api/v1/jobs/" + JOB).statusCode() == 200);
      assertThat(checked(HISTORY, history(JOB) + "?as_of=" + then, 200).path("events"))
          .isEqualTo(known.path("events"));

      await().atMost(PATIENCE).until(() -> later(JOB, then).contains("completion"));
      JsonNode again = checked(HISTORY, history(JOB), 200);
      assertThat(again.path("earlier_life").isNull()).isTrue();
      forget();
      JsonNode lastLife = checked(HISTORY, history(JOB), 200);
      assertThat(lastLife.path("events")).isEqualTo(again.path("events"));
      assertThat(lastLife.path("jobs")).isEqualTo(again.path("jobs"));
      assertThat(lastLife.path("earlier_life").asText()).isEqualTo("true");
      assertThat(checked(HISTORY, history(JOB) + "?as_of=" + then, 200).path("events"))
          .isEqualTo(known.path("events"));
    }
  }

  /** Forgets the job. The state expires by the timestamps of the partition's input. */
  private void forget() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              String other =
                  IntStream.iterate(0, i -> i + 1)
                      .mapToObj(i -> "other-" + i + "-" + System.nanoTime())
                      .filter(
                          id ->
                              RootPartition.of(id, PARTITIONS) == RootPartition.of(JOB, PARTITIONS))
                      .findFirst()
                      .orElseThrow();
              request(other);
              return get("/api/v1/jobs/" + JOB).statusCode() == 404;
            });
  }

  private void request(String id) throws Exception {
    bridge.request(http, id);
  }

  /** Searches the past. Returns the jobs that are found. */
  private List<String> search(String query) throws Exception {
    HttpResponse<String> response = get("/api/v1/history?" + query);
    List<String> found = new ArrayList<>();
    for (String line : response.body().lines().toList()) {
      assertThat(
              new ApiDocument()
                  .violations("GET /api/v1/history", 200, "application/x-ndjson", line))
          .as(line)
          .isEmpty();
      JsonNode job = ImsExamples.json(line.getBytes(UTF_8)).path("job");
      if (!job.isMissingNode()) {
        assertThat(job.path("outcome").asText()).isEqualTo("SUCCEEDED");
        found.add(job.path("job_id").asText());
      }
    }
    assertThat(response.body()).endsWith("\"reached\":null}}\n");
    return found;
  }

  private static String history(String id) {
    return "/api/v1/jobs/" + id + "/history";
  }

  private static String evidence(String id, JsonNode position) {
    return "/api/v1/jobs/%s/evidence/%s/%s"
        .formatted(id, position.get("partition"), position.get("offset"));
  }

  private String events(String id) throws Exception {
    return get(history(id)).body();
  }

  /** Returns the events, or an empty text until the first of them is after a time. */
  private String later(String id, Instant time) throws Exception {
    JsonNode told = ImsExamples.json(events(id).getBytes(UTF_8));
    return Instant.parse(told.at("/events/0/at").asText()).isAfter(time) ? told.toString() : "";
  }

  private JsonNode checked(String operation, String path, int status) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(status);
    assertThat(
            new ApiDocument()
                .violations(
                    operation,
                    status,
                    response.headers().firstValue("content-type").orElse(""),
                    response.body()))
        .isEmpty();
    return ImsExamples.json(response.body().getBytes(UTF_8));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(bridge.url() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
