package dev.imsbridge.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({
    "200ms, PT0.2S",
    "10s, PT10S",
    "5m, PT5M",
    "2h, PT2H",
    "7d, PT168H",
    "PT1M30S, PT90S",
    "P2D, PT48H",
    "' 3s ', PT3S"
  })
  void shouldReadShortFormsAndIso8601(String text, Duration duration) {
    assertThat(DurationText.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "10 s", "5M", "1.5s", "ten", "s", "PT", "-5s", "1h30m"})
  void shouldSayWhichFormsThereAre(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10s")
        .hasMessageContaining("ISO-8601");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "0ms", "PT0S", "-PT5S", "3651d", "999999999999999d"})
  void shouldRefuseWhatIsNoTimeToWait(String text) {
    assertThatThrownBy(() -> DurationText.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
