package dev.imsbridge.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.job.Seeds;
import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeRangeTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.001Z",
        "1999-12-31T23:59:59.999Z",
        "2000-02-29T00:00:00.010Z",
        "2024-11-06T06:21:00Z",
        "2024-11-06T06:21:08.769123Z",
        "2024-11-06T06:21:08.769123456Z",
        "9999-12-31T23:59:59.999Z",
        "1969-12-31T23:59:59.999Z",
        "+10000-01-01T00:00:00Z"
      })
  void shouldWriteATimeAsJavaDoes(String text) {
    assertThat(TimeRange.text(Instant.parse(text))).isEqualTo(text);
  }

  @Test
  void shouldWriteEveryTimeInRangeAsJavaDoes() {
    Seeds.each(
        20_000,
        random -> {
          long millis = (long) (random.nextDouble() * TimeRange.END.toEpochMilli());
          Instant time = Instant.ofEpochMilli(random.nextBoolean() ? millis : millis / 1000 * 1000);
          assertThat(TimeRange.text(time)).isEqualTo(time.toString());
        });
  }

  @Test
  void shouldReadEveryTimeInRangeAsJavaDoes() {
    Seeds.each(
        20_000,
        random -> {
          Instant time =
              Instant.ofEpochMilli((long) (random.nextDouble() * TimeRange.END.toEpochMilli()));
          assertThat(TimeRange.parse(time.toString())).isEqualTo(time);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-11-06T24:00:00.000Z",
        "2024-11-06T23:59:60.000Z",
        "2024-11-06T06:21:08.769123Z",
        "2024-11-06T06:21:08Z",
        "2024-11-06T08:21:08.000+02:00"
      })
  void shouldReadUnusualTimesAsJavaDoes(String text) {
    assertThat(TimeRange.parse(text)).isEqualTo(Instant.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-02-30T00:00:00.000Z",
        "2024-13-01T00:00:00.000Z",
        "2024-11-06T25:00:00.000Z",
        "0000-01-01T00:00:00.000Z",
        "1969-12-31T23:59:59.999Z",
        ""
      })
  void shouldRefuseWhatIsNoTimeInRange(String text) {
    assertThatThrownBy(() -> TimeRange.parse(text)).isInstanceOf(DateTimeException.class);
  }
}
