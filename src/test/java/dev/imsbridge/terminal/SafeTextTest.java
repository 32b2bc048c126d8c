package dev.imsbridge.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** These texts come from IMS, a user of the API, or another writer to the topic. */
class SafeTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0000",
        "\u001b",
        "\r\n",
        "\u007f",
        "\u009b",
        "\u00ad",
        "\u034f",
        "\u061c",
        "\u115f",
        "\u1160",
        "\u17b4",
        "\u180e",
        "\u180f",
        "\u200b",
        "\u200d",
        "\u200e",
        "\u200f",
        "\u2028",
        "\u2029",
        "\u202a",
        "\u202e",
        "\u2060",
        "\u2064",
        "\u2066",
        "\u2069",
        "\u206f",
        "\u2800",
        "\u3164",
        "\ufe0f",
        "\ufeff",
        "\uffa0",
        "\ufff9",
        "\udb40\udc41",
        "\udb40\udd00",
        "\ud834\udd73"
      })
  void shouldReplaceEachRunOfCharactersThatAreNotSeen(String unseen) {
    assertThat(SafeText.safe("a" + unseen + unseen + "b")).isEqualTo("a b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gold image",
        "\u955c\u50cf-\u5e73\u53f0",
        "\u0635\u0648\u0631\u0629",
        "\u00fc\u00e9",
        "\ud83d\ude80",
        "a\u0301"
      })
  void shouldKeepWhatIsSeen(String text) {
    assertThat(SafeText.safe(text)).isEqualTo(text);
  }

  @Test
  void shouldNotCutACharacterInTwo() {
    assertThat(SafeText.line("a".repeat(159) + "\ud83d\ude80" + "tail"))
        .isEqualTo("a".repeat(159) + "...");
  }

  @Test
  void shouldTakeTheFirstLineOfAReason() {
    assertThat(SafeText.reason(new IOException("no\u202espace\nat all"))).isEqualTo("no space");
  }
}
