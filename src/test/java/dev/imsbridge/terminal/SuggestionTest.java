package dev.imsbridge.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {

  @Test
  void shouldCountASwapAsOneSlip() {
    assertThat(Suggestion.edits("poll.inetrval", "poll.interval")).isEqualTo(1);
    assertThat(Suggestion.edits("pol.intervall", "poll.interval")).isEqualTo(2);
    assertThat(Suggestion.edits("", "abc")).isEqualTo(3);
  }

  @Test
  void shouldNameTheNearestAndNothingThatIsTooFar() {
    List<String> known = List.of("ims.region", "ims.rate");
    assertThat(Suggestion.nearest("ims.regoin", known, 2)).contains("ims.region");
    assertThat(Suggestion.nearest("something.else", known, 2)).isEmpty();
  }
}
