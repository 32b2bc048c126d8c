package dev.imsbridge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiTimeTest {
  @ParameterizedTest
  @CsvSource({
    "2024-11-06T06:19:43.195Z, 2024-11-06T06:19:43.195Z",
    "2024-11-06T06:19:43Z, 2024-11-06T06:19:43Z",
    "2024-11-06T06:19:43.195123456Z, 2024-11-06T06:19:43.195123456Z",
    "2024-11-06T14:19:43.195+08:00, 2024-11-06T06:19:43.195Z",
    "2024-11-06T06:19:43.195, 2024-11-06T06:19:43.195Z",
    "2024-11-06 06:19:43, 2024-11-06T06:19:43Z",
    "04-Jun-2015 18:11:06:586, 2015-06-04T18:11:06.586Z",
    "4-jun-2015 18:11:06:586, 2015-06-04T18:11:06.586Z",
    "04-Dec-2015 18:11:06, 2015-12-04T18:11:06Z",
    "2024-11-06T14:19:43.195+0800, 2024-11-06T06:19:43.195Z",
    "2024-11-06T14:19:43+08, 2024-11-06T06:19:43Z",
    "2024-11-06T06:19:43.195z, 2024-11-06T06:19:43.195Z",
    "2024-11-06T06:19:43.195 +0000, 2024-11-06T06:19:43.195Z",
    "2024-11-06T06:19:43.195GMT, 2024-11-06T06:19:43.195Z",
    "2024-11-06T14:19:43.195GMT+08:00, 2024-11-06T06:19:43.195Z",
    "'2024-11-06T06:19:43,195Z', 2024-11-06T06:19:43.195Z",
    "2024-11-06 14:19:43+08:00, 2024-11-06T06:19:43Z",
    "2024-11-06 06:19:43.1 UTC, 2024-11-06T06:19:43.100Z",
    "2024-11-06 06:19:43Z, 2024-11-06T06:19:43Z",
    "2024/11/06 06:19:43, 2024-11-06T06:19:43Z",
    "2024-11-06T06:19Z, 2024-11-06T06:19:00Z",
    "04-Jun-2015 18:11:06:586 +0000, 2015-06-04T18:11:06.586Z",
    "20241106T061943Z, 2024-11-06T06:19:43Z",
    "20241106T061943.195Z, 2024-11-06T06:19:43.195Z",
    "'Wed, 06 Nov 2024 06:19:43 GMT', 2024-11-06T06:19:43Z",
    "2024-11-06T14:19:43.195+08:00[Asia/Shanghai], 2024-11-06T06:19:43.195Z",
    "1730873983, 2024-11-06T06:19:43Z",
    "1730873983195, 2024-11-06T06:19:43.195Z"
  })
  void shouldReadEveryFormSeen(String text, String instant) {
    assertThat(ApiTime.parse(text)).isEqualTo(instant);
    assertThat(ApiTime.parse("  " + text + " ")).isEqualTo(instant);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        " ",
        "0",
        "-",
        "now",
        "2024-13-06T06:19:43Z",
        "2024-11-06T25:19:43Z",
        "31-Foo-2015 18:11:06:586",
        "1969-12-31T23:59:59Z",
        "+10000-01-01T00:00:00Z",
        "+999999999-12-31T23:59:59.999999999Z",
        "-0001-01-01T00:00:00Z",
        "99999999999999999999"
      })
  void shouldTakeWhatIsNoTimeForNone(String text) {
    assertThat(ApiTime.parse(text)).isNull();
  }

  @Test
  void shouldReadMonthsInEnglishWhateverTheCountry() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.CHINA);
      assertThat(ApiTime.parse("04-Jun-2015 18:11:06:586")).isEqualTo("2015-06-04T18:11:06.586Z");
    } finally {
      Locale.setDefault(before);
    }
  }
}
