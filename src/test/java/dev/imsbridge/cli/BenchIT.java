package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks that start a separate process to measure against. */
class BenchIT {
  @Test
  void shouldBringItsOwnSimulatorInAProcessOfItsOwnAndTakeItAlong(@TempDir Path directory)
      throws Exception {
    String[] briefly = {
      "bench", "poll", "--in-flight", "4", "--seconds", "0.3", "--rounds", "1", "--warm-up", "0"
    };
    long before = simulators();
    try (BridgeProcess bench = BridgeProcess.start(directory, Map.of(), briefly)) {
      assertThat(bench.awaitExit()).isZero();
      assertThat(bench.err()).isEmpty();
      assertThat(bench.out()).containsPattern("(?m)^4 +\\d+ ").contains("http://127.0.0.1:");
    }
    assertThat(simulators()).isLessThanOrEqualTo(before);
  }

  private static long simulators() {
    return ProcessHandle.current()
        .descendants()
        .filter(each -> each.info().commandLine().orElse("").contains(" simulator "))
        .count();
  }

  /** CPU time is counted in steps of 10 ms, so fewer events might show no CPU time at all. */
  @Test
  void shouldCompareReplaysWithAConsumerThatDoesNothing() throws IOException {
    JsonNode found =
        json(
            "bench",
            "replay",
            "--transitions",
            "50000",
            "--rounds",
            "1",
            "--warm-up",
            "0",
            "--json");
    for (String way : new String[] {"plain", "count", "filter", "print", "publish", "copy"}) {
      assertThat(found.at("/" + way + "/records_per_second").asLong()).as(way).isPositive();
      assertThat(found.at("/" + way + "/by_plain").asDouble()).as(way).isPositive();
      assertThat(found.at("/" + way + "/cpu_micros_per_record").asDouble()).as(way).isPositive();
    }
    assertThat(found.at("/plain/by_plain").asDouble()).isEqualTo(1);
    assertThat(found.path("method").asText()).contains("50000 transitions in 6 partitions");
    assertThat(InProcess.run(Map.of(), "bench", "replay", "--rounds", "0").err())
        .contains("--rounds: 1 to 1000");
  }

  @Test
  void shouldMeasureWhatBecomesOfRequestsAndAnswers() throws IOException {
    JsonNode found =
        json(
            "bench",
            "topology",
            "--jobs",
            "600",
            "--rounds",
            "1",
            "--warm-up",
            "0",
            "--probes",
            "10",
            "--json");
    for (String kind : new String[] {"requests", "answers", "bare"}) {
      assertThat(found.at("/" + kind + "/records_per_second").asLong()).as(kind).isPositive();
      assertThat(found.at("/" + kind + "/cpu_micros_per_record").asDouble()).as(kind).isPositive();
    }
    // The bare topology is a fair limit only if its records are as hard to compress.
    double stored = found.at("/answers/output_bytes_per_record").asDouble();
    assertThat(found.at("/bare/output_bytes_per_record").asDouble())
        .isBetween(0.9 * stored, 1.1 * stored);
    assertThat(found.at("/lag/answers").asInt()).isEqualTo(10);
    assertThat(found.at("/lag/p50_ms").asLong()).isBetween(1L, found.at("/lag/max_ms").asLong());
  }

  @Test
  void shouldMeasureEachAnswerFromItsPlannedTimeWithBothSettings() throws IOException {
    JsonNode found =
        json(
            "bench",
            "latency",
            "--rates",
            "30",
            "--seconds",
            "1",
            "--rounds",
            "1",
            "--warm-up",
            "0",
            "--json");
    assertThat(found.path("rows")).hasSize(4);
    for (JsonNode row : found.path("rows")) {
      assertThat(row.path("answers").asInt()).as(row.toString()).isEqualTo(30);
      assertThat(row.path("p50_ms").asDouble())
          .as(row.toString())
          .isBetween(0.1, row.path("p999_ms").asDouble());
    }
    assertThat(found.at("/rows/2/setting").asText()).isEqualTo("low latency");
  }

  private static JsonNode json(String... arguments) throws IOException {
    InProcess bench = InProcess.run(Map.of(), arguments);
    assertThat(bench.err()).isEmpty();
    assertThat(bench.exitCode()).isZero();
    return new JsonMapper().readTree(bench.out());
  }
}
