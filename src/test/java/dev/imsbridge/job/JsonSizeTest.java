package dev.imsbridge.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonSizeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] PIECES = {
    "a",
    "\u0001",
    "\n",
    "\"",
    "\\",
    "\u007f",
    "\u00e9",
    "\u4e2d",
    "\ud83d\ude00",
    "\ud83d",
    "\ude00"
  };

  @Test
  void shouldNeverBeBelowWhatJsonTakes() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      String text = text(random);
      int max = random.nextInt(64);

      String cut = JsonSize.cut(text, max);

      assertThat(JsonSize.of(text))
          .as("seed %d: %s", seed, text)
          .isGreaterThanOrEqualTo(size(text));
      assertThat(text).as("seed %d", seed).startsWith(cut);
      assertThat(size(cut)).as("seed %d: %s to %d", seed, text, max).isLessThanOrEqualTo(max);
    }
  }

  /** The longest possible prefix, not a shorter one. */
  @ParameterizedTest
  @CsvSource({"aaaa,3,aaa", "aaaa,4,aaaa", "a\ud83d\ude00b,4,a", "a\ud83d\ude00b,5,a\ud83d\ude00"})
  void shouldCutWhereTheNextCharacterNoLongerFits(String text, int max, String expected) {
    assertThat(JsonSize.cut(text, max)).isEqualTo(expected);
  }

  /** One below, at and above each character whose size differs from that of the one before. */
  @ParameterizedTest
  @CsvSource({"31,6", "32,1", "127,1", "128,2", "2047,2", "2048,3", "34,2", "92,2"})
  void shouldKnowTheSizeOfEachKindOfCharacter(int character, int bytes) {
    String text = String.valueOf((char) character);
    assertThat(JsonSize.of(text)).isEqualTo(bytes);
    assertThat(JsonSize.exceeds(text, bytes)).isFalse();
    assertThat(JsonSize.exceeds(text, bytes - 1)).isTrue();
  }

  @Test
  void shouldExceedOnlyWithMoreThanTheMaximum() {
    assertThat(JsonSize.exceeds("a".repeat(600), 600)).isFalse();
    assertThat(JsonSize.exceeds("a".repeat(601), 600)).isTrue();
    assertThat(JsonSize.exceeds("\u0001".repeat(100), 600)).isFalse();
    assertThat(JsonSize.exceeds("\u0001".repeat(101), 600)).isTrue();
    assertThat(JsonSize.exceeds("\u0001".repeat(100), 599)).isTrue();
    assertThat(JsonSize.cut(null, 3)).isNull();
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(24); length > 0; length--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  // A lone surrogate becomes one question mark. Its real size may be smaller than computed.
  private static int size(String text) throws Exception {
    return JSON.writeValueAsString(text).getBytes(StandardCharsets.UTF_8).length - 2;
  }
}
