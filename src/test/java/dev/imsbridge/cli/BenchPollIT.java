package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchPollIT {
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
}
