package dev.imsbridge.bench.bridges;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BridgeReportsTest {

  @Test
  void shouldCallOnlyFiguresFlatThatDoNotGrow() {
    assertThat(soak(0).passed()).isTrue();
    assertThat(soak(3).passed()).isFalse();
    assertThat(soak(3).text()).containsPattern("heap \\(MiB\\) +\\d.* grows");
    assertThat(soak(0).text()).doesNotContain("grows");
  }

  /** Twelve samples whose heap grows by some MiB from one to the next. */
  private static SoakReport soak(int growth) {
    List<SoakReport.Sample> samples =
        IntStream.range(0, 12)
            .mapToObj(
                i ->
                    new SoakReport.Sample(
                        i, 20L * i, 20L * i, 50 + growth * i, 300, 60, 200, 5, 2.0 * i))
            .toList();
    return SoakReport.of("", samples);
  }

  @Test
  void shouldMeasureTheSettingsThatTheDocumentsRecommend() throws IOException {
    assertThat(Files.readString(Path.of("docs/operations.md")))
        .contains("\n" + String.join("\n", BenchRestoreCommand.FAST_TAKEOVER) + "\n");
  }
}
