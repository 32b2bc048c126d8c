package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Eight bytes are examined at once, so each value is tested at each position of texts of each
 * length.
 */
class BytesTest {
  private static final int LONGEST = 19;

  private interface Check {
    void of(byte[] text, byte odd);
  }

  private static void everywhere(Check check) {
    for (int length = 1; length <= LONGEST; length++) {
      for (int at = 0; at < length; at++) {
        for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
          byte[] text = new byte[length];
          Arrays.fill(text, (byte) 'a');
          text[at] = (byte) value;
          check.of(text, (byte) value);
        }
      }
    }
  }

  @Test
  void shouldFindControlCharactersAndTakeNoOtherForOne() {
    everywhere(
        (text, odd) ->
            assertThat(Bytes.control(text))
                .as("%s", Arrays.toString(text))
                .isEqualTo(odd >= 0 && odd < ' '));
    assertThat(Bytes.control("{\"a\":\"äöü \u2028 ÿÿÿÿÿÿÿÿ\"}".getBytes(UTF_8))).isFalse();
  }

  @Test
  void shouldCallPlainWhatCanStandBetweenQuotes() {
    everywhere(
        (text, odd) ->
            assertThat(Bytes.plain(text))
                .as("%s", Arrays.toString(text))
                .isEqualTo(odd >= ' ' && odd <= '~' && odd != '"' && odd != '\\'));
    assertThat(Bytes.plain(new byte[0])).isTrue();
  }
}
