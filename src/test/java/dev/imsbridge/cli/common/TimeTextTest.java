package dev.imsbridge.cli.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** The forms in which users give a time to {@code --since} and {@code --until}. */
class TimeTextTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-24T10:00:00Z"), ZoneId.of("Asia/Shanghai"));

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T09:00:00Z, 2026-11-24T09:00:00Z",
    "2026-11-24T09:00:00.814+02:00, 2026-11-24T07:00:00.814Z",
    "2026-11-24T09:00, 2026-11-24T01:00:00Z",
    "2026-11-24, 2026-11-23T16:00:00Z",
    "90s, 2026-11-24T09:58:30Z",
    "2h, 2026-11-24T08:00:00Z",
    "PT2H, 2026-11-24T08:00:00Z"
  })
  void shouldReadTimesAsPeopleWriteThem(String text, Instant time) {
    assertThat(TimeText.parse(text, CLOCK)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "-2h",
        "2026-02-30",
        "2026-11-24T25:00",
        "2026-11-24 09:00",
        "0s",
        "+999999999-12-31T23:59:59Z",
        "+999999999-12-31",
        "1969-12-31T00:00Z"
      })
  void shouldSayWhatWouldBeRead(String text) {
    assertThatThrownBy(() -> TimeText.parse(text, CLOCK))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("'" + text + "' is not a time; write ");
  }

  @Test
  void shouldKnowWhatChangesWithTheClock() {
    assertThat(TimeText.relative("2h")).isTrue();
    assertThat(TimeText.relative("2026-11-24")).isFalse();
  }

  @Test
  void shouldShowHowFarReadingHasCome() {
    assertThat(ProgressBar.line(500, 2_000, "read", 250_000_000))
        .isEqualTo("#######.......................  25%  500 of 2,000 read  2,000/s");
    assertThat(ProgressBar.line(0, 0, "read", 0)).contains("100%");
  }
}
