package dev.imsbridge.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JobStatusTest {
  @Test
  void shouldRankTheStatusesOfTheLattice() {
    Map<JobStatus, Integer> rank =
        Map.of(
            JobStatus.INIT, 0,
            JobStatus.RUNNING, 1,
            JobStatus.SUCCESS, 2,
            JobStatus.FAIL, 2,
            JobStatus.LOST, 2);
    for (JobStatus one : JobStatus.values()) {
      assertThat(one.terminal()).isEqualTo(rank.get(one) == 2);
      for (JobStatus other : JobStatus.values()) {
        assertThat(one.above(other)).isEqualTo(rank.get(one) > rank.get(other));
      }
    }
  }

  @Test
  void shouldReadAStatusInAnyCaseAndInAnyCountry() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThat(JobStatus.ofApi("init")).contains(JobStatus.INIT);
      assertThat(JobStatus.ofApi(" Running\n")).contains(JobStatus.RUNNING);
      assertThat(JobStatus.ofApi("success")).contains(JobStatus.SUCCESS);
      assertThat(JobStatus.ofApi("fail")).contains(JobStatus.FAIL);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void shouldNotTakeAWordForAStatusThatTheApiDoesNotList() {
    assertThat(Stream.of("", "LOST", "lost", "FAILED", "SUCCEEDED", "PENDING", "0", "null"))
        .allMatch(word -> JobStatus.ofApi(word).isEmpty());
    assertThat(JobStatus.ofApi(null)).isEmpty();
  }
}
