package dev.imsbridge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.imsbridge.bench.poll.PolicyBench;
import dev.imsbridge.cli.InProcess;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {

  private static JsonNode json(String... arguments) throws IOException {
    InProcess bench = InProcess.run(Map.of(), arguments);
    assertThat(bench.err()).isEmpty();
    assertThat(bench.exitCode()).isZero();
    return new JsonMapper().readTree(bench.out());
  }

  private static String[] briefly(SimulatorServer simulator, String... more) {
    String[] common = {
      "bench",
      "poll",
      "--url",
      simulator.uri().toString(),
      "--seconds",
      "0.2",
      "--rounds",
      "1",
      "--warm-up",
      "0"
    };
    String[] all = Arrays.copyOf(common, common.length + more.length);
    System.arraycopy(more, 0, all, common.length, more.length);
    return all;
  }

  @Test
  void shouldMeasureTheBridgeAndABareLoadForEachNumberOfGetsUnderWay() throws IOException {
    try (SimulatorServer simulator = SimulatorServer.start(SimulatorOptions.defaults())) {
      JsonNode found = json(briefly(simulator, "--in-flight", "1,8", "--json"));
      assertThat(found.path("in_flight")).hasSize(2);
      for (JsonNode row : found.path("in_flight")) {
        for (String side : new String[] {"bridge", "bare"}) {
          JsonNode figures = row.path(side);
          assertThat(figures.path("gets_per_second").asDouble()).isPositive();
          assertThat(figures.path("cpu_micros_per_get").asDouble()).isPositive();
          assertThat(figures.path("body_bytes_per_get").asDouble()).isBetween(100.0, 20_000.0);
        }
      }
      assertThat(found.path("method").asText()).contains("auth aksk").contains("Java");
    }
  }

  @Test
  void shouldGoOnWithNewJobsWhereJobsEnd() throws IOException {
    SimulatorOptions quick = SimulatorOptions.defaults().withSpeed(1_000_000);
    try (SimulatorServer simulator = SimulatorServer.start(quick)) {
      // The three jobs end before the measurement starts.
      JsonNode found = json(briefly(simulator, "--in-flight", "1", "--jobs", "3", "--json"));
      assertThat(found.at("/in_flight/0/bridge/gets_per_second").asDouble()).isPositive();
    }
  }

  @Test
  void shouldPrintATableAndHowItWasMeasured() {
    try (SimulatorServer simulator = SimulatorServer.start(SimulatorOptions.defaults())) {
      InProcess bench = InProcess.run(Map.of(), briefly(simulator, "--in-flight", "2"));
      assertThat(bench.out())
          .startsWith("in flight")
          .contains("CPU per GET")
          .containsPattern("(?m)^2 +\\d+ +[0-9.]+ us")
          .contains("Medians of 1 rounds of 0.2 s")
          .doesNotContain("SecretKey");
    }
  }

  @Test
  void shouldMeasureNothingWhereNobodyAnswers() {
    InProcess bench =
        InProcess.run(
            Map.of(),
            "bench",
            "poll",
            "--url",
            "http://127.0.0.1:1",
            "--in-flight",
            "1",
            "--seconds",
            "0.05",
            "--warm-up",
            "0");
    assertThat(bench.exitCode()).isEqualTo(1);
    assertThat(bench.err()).contains("answers 0 of").contains("127.0.0.1:1");
    assertThat(bench.err().strip().lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "poll --seconds 0.01, --seconds: 0.05 to 600",
    "poll --seconds NaN, --seconds: 0.05 to 600",
    "poll --rounds 0, --rounds: 1 to 1000",
    "soak --rate 0, --rate: 0.1 to 10000",
    "soak --heap 1t, '--heap: a number with m or g, such as 512m'",
    "restore --jobs 5, --jobs: 1000 to 100000000",
    "restore --watches 200001, --watches: 100 to 200000"
  })
  void shouldNameTheRangeOfAnOption(String command, String message) {
    InProcess bench = InProcess.run(Map.of(), ("bench " + command).split(" "));
    assertThat(bench.exitCode()).isEqualTo(2);
    assertThat(bench.err()).contains(message);
  }

  @Test
  void shouldComparePoliciesInVirtualTime() throws IOException {
    JsonNode found = json("bench", "policy", "--jobs", "20", "--json");
    int workloads = PolicyBench.workloads().size();
    int clients = PolicyBench.CLIENTS.size();
    assertThat(found.path("schedules")).hasSize(workloads * (clients + 3));
    assertThat(found.path("at_equal_lag")).hasSize(workloads * clients);
    for (JsonNode each : found.path("at_equal_lag")) {
      assertThat(each.at("/adaptive/lag_p95_ms").asLong())
          .as(each.toString())
          .isLessThanOrEqualTo(each.at("/client/lag_p95_ms").asLong());
    }
    assertThat(json("bench", "policy", "--jobs", "20", "--json")).isEqualTo(found);
  }

  @Test
  void shouldTellOfEachTypeAndClientInTheTablesOfPolicies() {
    String text = InProcess.run(Map.of(), "bench", "policy", "--jobs", "20").out();
    PolicyBench.JOB_TYPES.forEach(type -> assertThat(text).contains("\n" + type.name()));
    PolicyBench.CLIENTS.forEach(client -> assertThat(text).contains(client.name()));
    assertThat(text).contains("adaptive", "backoff", "fixed", "given up", "\nall of them, mixed");
  }

  @Test
  void shouldTellWhatAWatchTakesOfTheHeap() throws IOException {
    JsonNode found = json("bench", "memory", "--watches", "20000", "--json");
    assertThat(found.path("watches").asInt()).isEqualTo(20_000);
    // 200,000 watches in a fifth of a 1 GiB heap.
    assertThat(found.path("heap_bytes_per_watch").asLong()).isBetween(100L, 1_000L);
  }
}
