package dev.imsbridge.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users know the words of IMS or those of the completions; each filter takes both. */
class StatusWordsTest {
  @ParameterizedTest
  @CsvSource({
    "INIT, INIT,",
    "running, RUNNING,",
    "SUCCESS, SUCCESS, SUCCEEDED",
    "Succeeded, SUCCESS, SUCCEEDED",
    "FAIL, FAIL, FAILED",
    "failed, FAIL, FAILED",
    "lost, LOST, LOST",
    "DONE,,",
    "'',,"
  })
  void shouldReadAStatusAndAnOutcome(String word, JobStatus status, JobOutcome outcome) {
    assertThat(StatusWords.status(word).orElse(null)).isEqualTo(status);
    assertThat(StatusWords.outcome(word).orElse(null)).isEqualTo(outcome);
  }

  @Test
  void shouldNameTheWords() {
    assertThat(StatusWords.STATUSES)
        .isEqualTo("INIT, RUNNING, SUCCESS, FAIL, LOST, SUCCEEDED, FAILED");
    assertThat(StatusWords.OUTCOMES).isEqualTo("SUCCEEDED, FAILED, LOST, SUCCESS, FAIL");
  }
}
