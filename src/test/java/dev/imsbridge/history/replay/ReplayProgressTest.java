package dev.imsbridge.history.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.history.replay.ReplayProgress.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayProgressTest {
  private @TempDir Path directory;

  @Test
  void shouldReadWhatItWroteAndReplaceWhatWasThere() throws IOException {
    Path file = directory.resolve("f");
    ReplayProgress first = new ReplayProgress("r", "order", 1, Map.of(0, new Place(1, 9)));
    ReplayProgress second =
        new ReplayProgress("r", "order", 8, Map.of(0, new Place(9, 9), 1, new Place(3, 2)));
    first.write(file);
    assertThat(ReplayProgress.read(file)).contains(first);
    second.write(file);
    assertThat(ReplayProgress.read(file)).contains(second);
    assertThat(first.done()).isFalse();
    assertThat(second.done()).isTrue();
    assertThat(directory.toFile().list()).containsExactly("f");
  }

  /** Users read the file, and it must survive an upgrade during a long replay. */
  @Test
  void shouldKeepTheFormOfTheFile() throws IOException {
    Path file = directory.resolve("f");
    new ReplayProgress("r", "order", 1, Map.of(0, new Place(1, 9))).write(file);
    assertThat(file)
        .content()
        .isEqualToNormalizingNewlines(
            """
            {
              "replay_id" : "r",
              "order" : "order",
              "published" : 1,
              "done" : false,
              "partitions" : {
                "0" : {
                  "next" : 1,
                  "end" : 9
                }
              }
            }\
            """);
  }

  @Test
  void shouldBeginWithoutAFile() throws IOException {
    assertThat(ReplayProgress.read(directory.resolve("none"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "[]",
        "{}",
        "{\"replay_id\":\"r\",\"order\":\"o\"}",
        "{\"replay_id\":\"r\",\"order\":\"o\",\"published\":0,\"partitions\":{\"x\":{}}}",
        "{\"replay_id\":\"r\",\"order\":\"o\",\"published\":0,\"partitions\":{\"0\":{\"next\":\"1\"}}}"
      })
  void shouldRefuseWhatIsNone(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("f"), text);
    assertThatThrownBy(() -> ReplayProgress.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage("not a progress file of a replay");
  }
}
