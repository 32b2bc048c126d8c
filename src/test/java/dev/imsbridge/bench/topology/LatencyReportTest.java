package dev.imsbridge.bench.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyReportTest {

  /** Of 1,000 latencies one may be longer than p99.9. */
  @Test
  void shouldTakePercentilesFromTheLatencies() {
    long[] sorted = LongStream.rangeClosed(1, 1000).map(i -> i * 1_000_000).toArray();
    assertThat(LatencyReport.millis(sorted, 0.5)).isEqualTo(500);
    assertThat(LatencyReport.millis(sorted, 0.999)).isEqualTo(999);
    assertThat(LatencyReport.millis(sorted, 1)).isEqualTo(1000);
    assertThat(LatencyReport.millis(new long[] {7_000_000}, 0.5)).isEqualTo(7);
  }

  @Test
  void shouldMeasureTheSettingsThatTheDocumentsRecommend() throws IOException {
    assertThat(Files.readString(Path.of("docs/operations.md")))
        .contains("\n" + String.join("\n", BenchLatencyCommand.LOW_LATENCY) + "\n");
  }
}
