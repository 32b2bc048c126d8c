package dev.imsbridge.cli.common;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Uses forecasts as the HTTP contract defines them, and what another program may answer. */
class ForecastTextTest {
  private static final Instant NOW = Instant.parse("2024-11-06T06:00:00Z");
  private static final String LEARNED =
      """
      {"elapsed_ms": 190000, "expected_end_at": "2024-11-06T06:02:20.000Z",
       "expected_end_by": "2024-11-06T06:04:05.000Z", "overlong": false, "learned_jobs": 40,
       "progress": null}\
      """;

  private static String text(boolean bars, String forecast) throws JsonProcessingException {
    return new ForecastText(bars).of(new ObjectMapper().readTree(forecast), NOW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "`progress`: null | after 3m10s: ~57%, ends in 2m20s (95%: 4m05s)",
        "`progress`: 0.3 | after 3m10s: 30%, ends in 2m20s (95%: 4m05s)",
        "`progress`: 7 | after 3m10s: 100%, ends in 2m20s (95%: 4m05s)",
        "`overlong`: true | after 3m10s: ~57%, ends in 2m20s (95%: 4m05s), overlong",
        "`expected_end_by`: null | after 3m10s: ~57%, ends in 2m20s",
        "`expected_end_at`: null, `expected_end_by`: null | after 3m10s",
        "`expected_end_at`: `soon`, `expected_end_by`: `later` | after 3m10s",
        "`expected_end_at`: `2024-11-06T05:59:00Z` | after 3m10s: ~99%, ends now (95%: 4m05s)",
        "`elapsed_ms`: 9223372036854775807 | after 2562047788015h12m: ~99%, ends in 2m20s (95%:"
            + " 4m05s)",
        "`elapsed_ms`: `x` |",
      })
  void shouldSayHowFarAJobIs(String changed, String text) throws Exception {
    String forecast = LEARNED.replaceFirst("}$", "," + changed.replace('`', '"') + "}");
    assertThat(text(false, forecast)).isEqualTo(text == null ? "" : text);
  }

  @Test
  void shouldDrawABarOnATerminal() throws Exception {
    assertThat(text(true, LEARNED)).startsWith("[#####.....] after 3m10s: ~57%, ends ");
    assertThat(text(true, "{\"elapsed_ms\": 100, \"progress\": 1}"))
        .isEqualTo("[##########] after 100 ms: 100%");
    assertThat(text(true, "{\"elapsed_ms\": 100}")).isEqualTo("after 100 ms");
    assertThat(text(true, "null")).isEmpty();
  }
}
