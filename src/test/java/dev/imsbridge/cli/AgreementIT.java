package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.config.Keys;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.ScriptedJob;
import dev.imsbridge.simulator.SubJobListing;
import dev.imsbridge.web.Browser;
import dev.imsbridge.wire.ImsExamples;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job, its history, its completion and its page agree on the end of a tree, even if the root job
 * ended before its sub-jobs. Regression: the history once showed "has not ended" for a tree whose
 * completion was published.
 */
@ExtendWith(SharedBroker.Extension.class)
@Timeout(180)
class AgreementIT {
  private static final int TREES = 24;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void shouldAgreeOnTheEndOfEachTree(SharedBroker broker, @TempDir Path directory)
      throws Exception {
    try (WholeBridge bridge = WholeBridge.start(broker, directory, Keys.IMS_PROJECT_ID + "=p1");
        Browser browser = Browser.start()) {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < TREES; i++) {
        ScriptedJob spec =
            ScriptedJob.of(ImsJobType.IMPORT_OVA_IMAGE)
                .lasting(Duration.ofMinutes(5))
                .withSubJobs(3, SubJobListing.LIST);
        ids.add(
            bridge.simulator().create((i % 6 == 0 ? spec.failing() : spec.succeeding()).build()));
        bridge.request(http, ids.get(i));
      }
      browser.open(bridge.url() + "/");
      int rootFirst = 0;
      for (String id : ids) {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> get(bridge, id + "/history").path("outcome").isTextual());
        rootFirst += agree(bridge, id) ? 1 : 0;
        agree(browser, id, get(bridge, id + "/history"));
      }
      assertThat(rootFirst).as("trees whose root ended first").isPositive();
    }
  }

  /** Checks one tree. Returns whether the root job ended before a sub-job. */
  private boolean agree(WholeBridge bridge, String id) throws Exception {
    JsonNode job = get(bridge, id);
    JsonNode history = get(bridge, id + "/history");
    JsonNode completion = history.path("events").get(history.path("events").size() - 1);
    JsonNode data = completion.at("/event/data");

    assertThat(completion.path("kind").asText()).isEqualTo("completion");
    for (String field : List.of("status", "outcome", "sequence", "changed_at", "ended_at")) {
      assertThat(history.get(field)).as(field).isEqualTo(job.get(field));
    }
    assertThat(data.get("outcome")).isEqualTo(job.get("outcome"));
    assertThat(data.get("status")).isEqualTo(job.get("status"));
    assertThat(data.get("sequence")).isEqualTo(job.get("sequence"));
    Instant ended = Instant.parse(job.get("ended_at").asText());
    Instant rootEnded = Instant.parse(data.get("root_ended_at").asText());
    assertThat(Instant.parse(data.get("observed_at").asText())).isEqualTo(ended);
    assertThat(Instant.parse(completion.at("/event/time").asText())).isEqualTo(ended);
    if (data.get("duration_ms").isIntegralNumber()) {
      assertThat(history.get("duration_ms")).isEqualTo(data.get("duration_ms"));
    }
    JsonNode before = get(bridge, id + "/history?as_of=" + ended.minusMillis(1));
    assertThat(before.path("outcome").isNull()).isTrue();
    JsonNode then = get(bridge, id + "/history?as_of=" + ended);
    assertThat(then.get("outcome")).isEqualTo(job.get("outcome"));
    if (rootEnded.isBefore(ended)) {
      assertThat(before.get("status")).as("the root job had ended").isEqualTo(job.get("status"));
    }
    return rootEnded.isBefore(ended);
  }

  private static void agree(Browser browser, String id, JsonNode history) {
    String outcome = history.get("outcome").asText().toLowerCase(Locale.ROOT);
    browser.go("#/jobs/" + id);
    browser.awaitText(".title", id);
    browser.awaitText(".title", outcome.equals("failed") ? "Failed" : "Success");
    browser.awaitText(".facts", outcome);
    browser.awaitText(".events [data-kind=completion]", "Completed: " + outcome);
    Object ended =
        browser.script(
            "return document.querySelector('.events [data-kind=completion] time').dateTime");
    assertThat(ended).isEqualTo(history.get("ended_at").asText());
    Object shown =
        browser.later(
            "const [ms, done] = arguments; const { duration } = await import('./page/format.js');"
                + "const term = [...document.querySelectorAll('.facts dt')]"
                + ".find((each) => each.textContent === 'Duration');"
                + "done(term.nextElementSibling.textContent + ' of ' + duration(ms))",
            history.get("duration_ms").asLong());
    String[] durations = ((String) shown).split(" of ");
    assertThat(durations[0]).as("duration of %s", id).isEqualTo(durations[1]);
  }

  private JsonNode get(WholeBridge bridge, String path) throws Exception {
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(URI.create(bridge.url() + "/api/v1/jobs/" + path)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    return response.statusCode() == 200
        ? ImsExamples.json(response.body())
        : ImsExamples.json("{}".getBytes(UTF_8));
  }
}
