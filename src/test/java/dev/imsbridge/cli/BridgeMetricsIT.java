package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.service.Bridge;
import dev.imsbridge.service.Build;
import dev.imsbridge.service.Roles;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.ScriptedJob;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.web.SseClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /metrics} tells of a bridge at work. */
@ExtendWith(SharedBroker.Extension.class)
class BridgeMetricsIT {
  private final HttpClient client = HttpClient.newHttpClient();

  private String scrape(int port) throws IOException, InterruptedException {
    return scrape(port, "text/plain");
  }

  private String scrape(int port, String accept) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
    HttpRequest request = HttpRequest.newBuilder(uri).header("accept", accept).build();
    return client.send(request, BodyHandlers.ofString()).body();
  }

  @Test
  void shouldTellOfAllPartsButOfNoJob(SharedBroker broker, @TempDir Path directory)
      throws Exception {
    try (SimulatorServer simulator =
            SimulatorServer.start(SimulatorOptions.defaults().withSpeed(200));
        Lifecycle parts = new Lifecycle(Duration.ofSeconds(20))) {
      Map<String, String> settings = new TreeMap<>();
      settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
      settings.put("IMSBRIDGE_TOPICS_PREFIX", broker.newPrefix());
      settings.put("IMSBRIDGE_TOPICS_PARTITIONS", "2");
      settings.put("IMSBRIDGE_DATA_DIR", directory.toString());
      settings.put("IMSBRIDGE_HTTP_LISTEN", "127.0.0.1:0");
      settings.put("IMSBRIDGE_IMS_ENDPOINT", simulator.uri().toString());
      settings.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
      settings.put("IMSBRIDGE_IMS_AUTH", "none");
      BridgeConfig config = BridgeConfig.load(null, settings, List.of());
      int port = new Bridge(parts, config, Roles.ALL).start().http().port();

      String job = simulator.catalogue().id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.SUCCESS);
      SseClient events = SseClient.open(port, "?kind=completion&job=" + job, null);
      assertThat(events.status()).isEqualTo(200);
      assertThat(InProcess.run(settings, "submit", job, "a job id that is none").exitCode())
          .isEqualTo(2);
      assertThat(InProcess.run(settings, "submit", job).exitCode()).isZero();
      Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(
              () ->
                  assertThat(scrape(port))
                      .containsPattern(
                          "imsbridge_records_written_total\\{topic=\"completions\"} 1.0")
                      .contains("imsbridge_topology_ready 1.0")
                      .contains("imsbridge_watches_open 0.0"));
      String open =
          simulator.create(
              ScriptedJob.of(ImsJobType.IMPORT_IMAGE).lasting(Duration.ofDays(10)).build());
      assertThat(InProcess.run(settings, "submit", open).exitCode()).isZero();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(scrape(port))
                      .contains(
                          "imsbridge_jobs_open{project=\"default\",type=\"imsImportImageJob\"} 1.0"));
      String metrics = scrape(port);
      assertThat(metrics)
          .containsPattern("imsbridge_polls_total\\{outcome=\"answer\"} [1-9]")
          .containsPattern("imsbridge_observations_total\\{kind=\"answer\"} [1-9]")
          .containsPattern("imsbridge_records_written_total\\{topic=\"transitions\"} [1-9]")
          .contains(
              "imsbridge_build_info{commit=\"%s\",kafka=\"%s\",version=\"%s\"} 1"
                  .formatted(
                      Build.current().commit(), Build.current().kafka(), Build.current().version()))
          .contains("imsbridge_records_written_total{topic=\"dead-letters\"} 0.0")
          .contains("imsbridge_project_throttled{project=\"default\"} 0.0")
          .contains("imsbridge_project_calls_per_second{project=\"default\"} 10.0")
          .containsPattern("imsbridge_streams_commit_latency_avg [0-9.]*[1-9]")
          .contains("imsbridge_streams_failed_stream_threads 0.0")
          .contains("imsbridge_streams_restore_remaining_records 0.0")
          .contains("imsbridge_streams_state{state=\"running\"} 1.0")
          .containsPattern("imsbridge_state_bytes [1-9]")
          .contains("imsbridge_streams_state{state=\"error\"} 0.0")
          .contains("imsbridge_dead_letters_total{kind=\"RequestRefused\"} 0.0")
          .contains(
              "imsbridge_jobs_ended_total{outcome=\"SUCCEEDED\",type=\"imsImportOvaImageJob\"} 1.0",
              "imsbridge_job_duration_seconds_count"
                  + "{outcome=\"SUCCEEDED\",type=\"imsImportOvaImageJob\"} 1",
              "imsbridge_jobs_overlong{type=\"imsImportImageJob\"} 0.0")
          .containsPattern("imsbridge_project_since_success_seconds\\{project=\"default\"} [0-9.]+")
          .containsPattern("imsbridge_detection_lag_seconds_count [1-9]")
          .containsPattern("imsbridge_detection_lag_seconds_bucket\\{le=\"5.0\"} [0-9]")
          .containsPattern("imsbridge_fold_latency_seconds_count [1-9]")
          .contains("imsbridge_events_clients 1.0")
          .contains("imsbridge_events_dropped_total{reason=\"slow\"} 0.0")
          .contains("jvm_memory_used_bytes")
          .doesNotContain(job, open);
      ScrapedMetrics scraped = ScrapedMetrics.of(scrape(port, "application/openmetrics-text"));
      assertThat(scraped.samples())
          .as("a number of series that does not grow with jobs")
          .hasSizeBetween(100, 400)
          .noneMatch(sample -> sample.matches(".*\"[0-9A-Za-z_-]*[0-9a-f]{16}[0-9A-Za-z_-]*\".*"));
      scraped.assertDocumented();
      Awaitility.await().until(() -> events.events().size() == 1);
      assertThat(events.messages().get(1).data()).contains("\"outcome\":\"SUCCEEDED\"", job);
      parts.close();
      Awaitility.await().until(events::ended);
      assertThat(events.messages().get(2).data()).isEqualTo("{\"reason\":\"shutdown\"}");
    }
  }
}
